package flocker.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.node.authority.Effect;
import flocker.node.authority.Input;
import flocker.node.authority.VoterActor;
import flocker.protocol.admin.SystemName;
import flocker.protocol.admin.SystemSettings;
import flocker.protocol.authority.AuthorityRecord;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.HostId;
import flocker.protocol.system.Automation;
import flocker.protocol.system.CatalogMessage;
import flocker.protocol.system.Documents;
import flocker.protocol.system.SystemRecord;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Goal: no change of a record undoes another. Method: the real actor; the voter is played. */
class RecordActorTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final SystemRecord NEW =
      SystemRecord.of(new SystemName("shop"), SystemSettings.defaults(), true);
  private static final AuthorityRecord RECORD =
      new AuthorityRecord(
          RecordVersion.INITIAL,
          new TreeSet<>(List.of(new HostId("00000000000000aa"))),
          Documents.write(NEW));

  private final TestProbe<VoterActor.Command> voter = KIT.createTestProbe();
  private final TestProbe<CatalogMessage.Changed> changes = KIT.createTestProbe();
  private final ActorRef<RecordActor.Command> records =
      KIT.spawn(RecordActor.create(voter.ref(), RECORD, NEW));

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private void amend(UnaryOperator<Automation> change) {
    records.tell(
        new RecordActor.Amend(
            record -> record.withAutomation(change.apply(record.automation())), changes.ref()));
  }

  private Input.RecordWanted wanted() {
    return (Input.RecordWanted) ((VoterActor.Tell) voter.receiveMessage()).input();
  }

  private void kept(Input.RecordWanted wanted) {
    AuthorityRecord kept =
        new AuthorityRecord(RECORD.version(), wanted.voters(), wanted.document());
    news(new SystemNews.Recorded(kept, Documents.system(wanted.document())));
    news(new SystemNews.Decided(new Effect.RecordDone(wanted.request(), kept)));
  }

  private void news(SystemNews news) {
    records.tell(new RecordActor.News(news));
  }

  @Test
  void aSecondChangeWaitsForTheFirstAndIsMadeOfWhatItLeft() {
    amend(now -> now.withPause("a"));
    amend(now -> now.withHandedOver(true));
    Input.RecordWanted first = wanted();
    voter.expectNoMessage();
    kept(first);
    assertThat(changes.receiveMessage().outcome()).isEqualTo(CatalogMessage.Outcome.DONE);
    Automation both = Documents.system(wanted().document()).automation();
    assertThat(both.paused()).contains("a");
    assertThat(both.handedOver()).isTrue();
  }

  @Test
  void oneThatIsNotKeptIsToldSoAndTheNextBegins() {
    amend(now -> now.withPause("a"));
    amend(now -> now.withHandedOver(true));
    news(new SystemNews.Decided(new Effect.RecordFailed(wanted().request(), "no majority")));
    CatalogMessage.Changed unknown = changes.receiveMessage();
    assertThat(unknown.outcome()).isEqualTo(CatalogMessage.Outcome.UNKNOWN);
    assertThat(unknown.message()).isEqualTo("no majority");
    assertThat(Documents.system(wanted().document()).automation().handedOver()).isTrue();
  }

  @Test
  void anImpossibleChangeIsRefusedAndAsksNobody() {
    amend(
        now -> {
          throw new IllegalArgumentException("impossible");
        });
    CatalogMessage.Changed refused = changes.receiveMessage();
    assertThat(refused.outcome()).isEqualTo(CatalogMessage.Outcome.REFUSED);
    assertThat(refused.message()).isEqualTo("impossible");
    voter.expectNoMessage();
  }
}
