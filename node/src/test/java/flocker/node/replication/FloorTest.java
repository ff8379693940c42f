package flocker.node.replication;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.id.Epoch;
import org.junit.jupiter.api.Test;

/** Streams of older epochs end while a vote is decided, and for ever once it is promised. */
class FloorTest {
  private static final Epoch OLD = new Epoch(256);
  private static final Epoch NEW = new Epoch(513);

  @Test
  void whatWasSeenOrPromisedOnlyGrows() {
    Floor floor = Floor.at(OLD).seen(NEW).seen(OLD);
    assertThat(floor.oldest()).isEqualTo(NEW);
    assertThat(floor.promised(OLD).oldest()).isEqualTo(NEW);
  }

  @Test
  void aVoteThatIsBeingDecidedEndsOlderStreamsUntilThePromiseIsMadeOrNot() {
    Floor deciding = Floor.at(OLD).ends(NEW);
    assertThat(deciding.oldest()).isEqualTo(NEW);
    assertThat(deciding.promised(NEW).oldest()).isEqualTo(NEW);
    assertThat(deciding.promised(OLD).oldest()).isEqualTo(OLD);
  }
}
