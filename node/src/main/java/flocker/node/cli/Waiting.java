package flocker.node.cli;

import flocker.protocol.admin.OperationView;
import java.time.Duration;

/** Follows long work until it has ended, drawing its progress where a person is looking. */
record Waiting(CliContext context, ApiClient client) {
  private static final Duration POLL = Duration.ofMillis(300);
  private static final int MAX_LOST_LOOKS = 30;

  /**
   * The last answer: that of the end, or of the moment when the person had enough.
   *
   * @param what for messages, e.g. {@code creating shop}
   * @param lookAt what to look at when contact is lost
   */
  ApiClient.Answer untilEnd(ApiClient.Answer first, String what, String lookAt) {
    ApiClient.Answer answer = first;
    OperationView operation = answer.as(OperationView.class);
    Progress progress = new Progress(context);
    int lostLooks = 0;
    while (operation.state() == OperationView.State.RUNNING && context.pause().of(POLL)) {
      try {
        answer = client.get("/v1/operations/" + operation.id());
        operation = answer.as(OperationView.class);
        lostLooks = 0;
        progress.show(operation);
      } catch (CliFailure failure) {
        lostLooks++;
        boolean lost = failure.exit() == ExitCode.NO_CONTACT;
        if (!lost || lostLooks > MAX_LOST_LOOKS) {
          throw CliFailure.unknownOutcome(
              what
                  + " began, but its end is not known ("
                  + failure.getMessage()
                  + "). Look at "
                  + lookAt
                  + ".");
        }
      }
    }
    progress.end();
    return answer;
  }
}
