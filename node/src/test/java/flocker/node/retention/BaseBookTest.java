package flocker.node.retention;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.id.Epoch;
import flocker.protocol.id.HostId;
import flocker.protocol.id.SnapshotGuid;
import flocker.protocol.id.SystemId;
import flocker.protocol.retention.BasesTold;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of other hosts' copies goes from master to master and survives a restart. */
class BaseBookTest {
  private static final HostId A = new HostId("00000000000000aa");
  private static final HostId B = new HostId("00000000000000bb");
  private static final HostId C = new HostId("00000000000000cc");
  private static final SystemId SYSTEM = new SystemId("00000000000000f1");

  private static SnapshotGuid guid(long value) {
    return new SnapshotGuid(value);
  }

  private static BasesTold told(long epoch, HostId from, Map<HostId, Long> bases) {
    return new BasesTold(
        new Epoch(epoch),
        SYSTEM,
        from,
        bases.entrySet().stream()
            .map(each -> new BasesTold.Base(each.getKey(), guid(each.getValue())))
            .toList());
  }

  @Test
  void aNewMasterKnowsTheBaseOfOneThatWasAwayAndOfTheOldMaster() {
    BaseBook onB = BaseBook.EMPTY.told(told(256, A, Map.of(B, 9L, C, 4L)), B);
    BaseBook elected = onB.confirmed(new Epoch(513), Map.of());
    assertThat(elected.known()).containsEntry(C, guid(4)).containsEntry(A, guid(9));
    BaseBook heard = elected.confirmed(new Epoch(513), Map.of(A, guid(11)));
    assertThat(heard.known()).containsEntry(C, guid(4)).containsEntry(A, guid(11));
  }

  @Test
  void anOlderMasterIsNotListenedTo() {
    BaseBook book = BaseBook.EMPTY.told(told(513, C, Map.of(B, 9L)), B);
    assertThat(book.told(told(256, A, Map.of(B, 1L, C, 1L)), B)).isEqualTo(book);
  }

  @Test
  void whatIsWrittenIsRead() {
    BaseBook book = new BaseBook(new Epoch(513), Map.of(A, guid(-1), C, guid(7)));
    assertThat(book.write())
        .isEqualTo("epoch=513 00000000000000aa=18446744073709551615 00000000000000cc=7");
    assertThat(BaseBook.read(book.write())).contains(book);
    assertThat(BaseBook.read(BaseBook.EMPTY.write())).contains(BaseBook.EMPTY);
    assertThat(book.of(Set.of(A)).known()).containsOnlyKeys(A);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "epoch=",
        "epoch=-1",
        "epoch=1 x",
        "epoch=1 00000000000000aa=",
        "epoch=1 00000000000000aa=99999999999999999999",
        "epoch=1  00000000000000aa=1",
        "00000000000000aa=1"
      })
  void anythingElseIsNot(String line) {
    assertThat(BaseBook.read(line)).isEmpty();
  }

  @Test
  void aBookTellsEveryHostOnce() {
    BaseBook book = new BaseBook(new Epoch(513), Map.of(A, guid(1), C, guid(7)));
    assertThat(book.tell()).extracting(BasesTold.Base::host).isEqualTo(List.of(A, C));
  }
}
