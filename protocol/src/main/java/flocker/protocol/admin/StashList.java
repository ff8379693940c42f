package flocker.protocol.admin;

import java.util.List;

/**
 * @param stashes newest first
 * @param silentHosts hosts that did not answer, whose stashes are therefore missing here
 */
public record StashList(List<StashView> stashes, List<HostName> silentHosts) implements AdminReply {
  public StashList {
    stashes = List.copyOf(stashes);
    silentHosts = List.copyOf(silentHosts);
  }
}
