package flocker.node.browse;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.browse.Lending.Act;
import flocker.node.browse.Lending.Next;
import flocker.node.browse.Lending.State;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A clone is never destroyed under a reader, and none is left without one. Method: random histories
 * of readers, of storage that fails and of time, and what must hold after every event.
 */
class LendingTest {
  @Test
  void noReaderLosesItsCloneAndNoCloneIsLeft() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      Lending lending = Lending.ABSENT;
      int waiting = 0;
      int reading = 0;
      boolean opening = false;
      boolean closing = false;
      boolean lingering = false;
      for (int step = 0; step < 200 || opening || closing || reading + waiting > 0; step++) {
        boolean wind = step >= 200;
        Next next;
        int dice = random.nextInt(5);
        if (dice == 0 && !wind) {
          next = lending.wanted();
          waiting++;
        } else if (dice == 1 && reading > 0) {
          next = lending.released();
          reading--;
        } else if (opening) {
          opening = false;
          boolean works = random.nextInt(3) > 0;
          next = works ? lending.opened() : lending.notOpened();
          waiting = works ? waiting : 0;
        } else if (closing) {
          closing = false;
          next = random.nextInt(3) > 0 ? lending.closed() : lending.notClosed();
        } else if (lingering && dice == 4) {
          lingering = false;
          next = lending.lingered();
        } else {
          continue;
        }
        lending = next.lending();
        Act act = next.act();
        if (act == Act.LEND) {
          reading += waiting;
          waiting = 0;
        }
        assertThat(act == Act.OPEN && (opening || closing || reading > 0)).isFalse();
        assertThat(act == Act.CLOSE && (reading > 0 || waiting > 0)).isFalse();
        opening |= act == Act.OPEN;
        closing |= act == Act.CLOSE;
        lingering |= act == Act.LINGER;
        assertThat(lending.users()).isEqualTo(reading + waiting);
        assertThat(reading > 0 && lending.state() != State.OPEN).isFalse();
        assertThat(waiting > 0 && !opening && !closing).as("somebody waits for nothing").isFalse();
        boolean idle = lending.state() == State.OPEN && lending.users() == 0;
        assertThat(idle && !lingering).as("a clone is forgotten").isFalse();
      }
    }
  }
}
