package flocker.node.authority;

import flocker.protocol.authority.RecordVersion;
import flocker.protocol.id.HostId;
import flocker.protocol.id.Position;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the other hosts last said about themselves, for status and for a sick master's choice. */
final class Peers {
  private record Heard(Position position, boolean couldServe, RecordVersion record, long at) {}

  private static final int MOST = 512;

  private final Map<HostId, Heard> heard = new TreeMap<>();
  private final Ledger ledger;

  Peers(Ledger ledger) {
    this.ledger = ledger;
  }

  void spoke(HostId host) {
    Heard before = heard.get(host);
    if (before == null) {
      before = new Heard(Position.NONE, false, RecordVersion.INITIAL, 0);
    }
    put(host, new Heard(before.position, before.couldServe, before.record, ledger.now()));
  }

  void said(HostId host, Position position, boolean couldServe) {
    Heard before = heard.get(host);
    RecordVersion record = before == null ? RecordVersion.INITIAL : before.record;
    put(host, new Heard(position, couldServe, record, ledger.now()));
  }

  void keeps(HostId host, RecordVersion record) {
    spoke(host);
    Heard before = heard.get(host);
    if (before != null) {
      put(host, new Heard(before.position, before.couldServe, record, ledger.now()));
    }
  }

  private void put(HostId host, Heard said) {
    if (!host.equals(ledger.self()) && (heard.size() < MOST || heard.containsKey(host))) {
      heard.put(host, said);
    }
  }

  SortedMap<HostId, HostView> view(long now) {
    SortedMap<HostId, HostView> view = new TreeMap<>();
    heard.forEach(
        (host, said) ->
            view.put(
                host,
                new HostView(
                    said.position, said.couldServe, said.record, (now - said.at) / 1_000_000L)));
    return view;
  }
}
