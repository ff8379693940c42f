package flocker.node.cli;

import flocker.protocol.admin.OperationView;
import java.time.Duration;

/** Waits for the end of long work and shows how far it is. */
final class FollowedOperation {
  private static final Duration POLL = Duration.ofMillis(300);
  private static final int MAX_LOST_LOOKS = 30;

  private final CliContext context;
  private final ApiClient client;
  private final String doing;

  /**
   * @param doing what began, e.g. {@code creating shop}
   */
  FollowedOperation(CliContext context, ApiClient client, String doing) {
    this.context = context;
    this.client = client;
    this.doing = doing;
  }

  /**
   * The answer about an operation that has not failed.
   *
   * @param wait for its end; else as it was begun
   */
  ApiClient.Answer outcome(ApiClient.Answer first, boolean wait) {
    ApiClient.Answer answer = wait ? end(first) : first;
    OperationView operation = answer.as(OperationView.class);
    if (operation.state() == OperationView.State.FAILED) {
      String code = operation.refusal().map(r -> r.word()).orElse("failed");
      throw new CliFailure(
          ExitCode.ofRefusal(code), code, doing + " failed: " + operation.message());
    }
    return answer;
  }

  /** The answer at its end, or the newest one if the person would wait no longer. */
  private ApiClient.Answer end(ApiClient.Answer first) {
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
              doing
                  + " began, but its end is not known ("
                  + failure.getMessage()
                  + "). Look at 'flocker operation list' and 'flocker system list'.");
        }
      }
    }
    progress.end();
    return answer;
  }

  /** How it stands, for a person. */
  static String text(OperationView operation) {
    return operation.state() == OperationView.State.DONE
        ? operation.message()
        : "operation " + operation.id() + ": " + ProgressText.of(operation);
  }
}
