package flocker.protocol.formation;

import flocker.protocol.id.HostId;
import java.util.Objects;

/**
 * @param voter who answers
 * @param attempt the one that was asked about
 * @param granted whether the promise was made (and is on disk)
 * @param why for people, if it was not
 */
public record PromiseAnswer(HostId voter, long attempt, boolean granted, String why) {
  public PromiseAnswer {
    Objects.requireNonNull(voter, "voter");
    Objects.requireNonNull(why, "why");
  }
}
