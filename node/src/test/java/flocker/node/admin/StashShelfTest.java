package flocker.node.admin;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.storage.Dataset;
import flocker.node.storage.memory.InMemoryStorage;
import flocker.protocol.admin.HostName;
import flocker.protocol.admin.StashView;
import flocker.protocol.system.Catalog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was read of a stash is said again for a while, and not after it is gone. */
class StashShelfTest {
  private static final String NAME = "00000000000000f1-513-a";
  private static final Dataset STASH = new Dataset("stash/" + NAME);

  private final InMemoryStorage storage = new InMemoryStorage(1);
  private final AtomicLong now = new AtomicLong(Duration.ofHours(1).toNanos());
  private final StashShelf shelf =
      new StashShelf(Optional.of(storage), new HostName("a"), now::get);

  @BeforeEach
  void aStash() throws Exception {
    storage.open();
    storage.create(STASH);
    storage.setProperty(STASH, "stash-reason", "failover");
  }

  @AfterEach
  void close() {
    storage.close();
  }

  private List<String> reasons() throws Exception {
    return shelf.of(Catalog.EMPTY, Optional.empty()).stream().map(StashView::reason).toList();
  }

  @Test
  void aStashOfASystemThatIsNoMoreIsThereToo() throws Exception {
    StashView view = shelf.of(Catalog.EMPTY, Optional.empty()).get(0);
    assertThat(view.name()).isEqualTo(NAME);
    assertThat(view.system().value()).isEqualTo("destroyed-00000000000000f1");
    assertThat(view.host().value()).isEqualTo("a");
  }

  @Test
  void itIsReadAgainAfterAWhile() throws Exception {
    assertThat(reasons()).containsExactly("failover");
    storage.setProperty(STASH, "stash-reason", "roll-back");
    now.addAndGet(StashShelf.GOOD_FOR.toNanos() - 1);
    assertThat(reasons()).containsExactly("failover");
    now.addAndGet(1);
    assertThat(reasons()).containsExactly("roll-back");
  }

  @Test
  void askedForByNameItIsReadNow() throws Exception {
    assertThat(reasons()).containsExactly("failover");
    storage.setProperty(STASH, "stash-reason", "roll-back");
    assertThat(shelf.named(Catalog.EMPTY, NAME).map(StashView::reason)).contains("roll-back");
    assertThat(reasons()).containsExactly("roll-back");
    assertThat(shelf.named(Catalog.EMPTY, "00000000000000f1-513-b")).isEmpty();
  }

  @Test
  void oneThatWasDestroyedAndMadeAgainIsNotRemembered() throws Exception {
    assertThat(reasons()).containsExactly("failover");
    storage.destroy(STASH);
    assertThat(reasons()).isEmpty();
    storage.create(STASH);
    assertThat(reasons()).containsExactly("not noted");
  }
}
