package flocker.node.container.oci;

import static org.assertj.core.api.Assertions.assertThat;

import flocker.protocol.id.SystemId;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Addresses follow from the system's id, stay in their block and never meet. */
final class NetworkPlanTest {
  private static SystemId system(long number) {
    return new SystemId("%016x".formatted(number));
  }

  @Test
  void theSameSystemGetsTheSameAddresses() {
    NetworkPlan first = NetworkPlan.choose(system(7), plan -> false).orElseThrow();
    assertThat(NetworkPlan.choose(system(7), plan -> false)).contains(first);
    assertThat(first.device()).hasSizeLessThanOrEqualTo(15);
    assertThat(first.hostAddress()).startsWith("169.254.");
    assertThat(first.hostAddress()).isNotEqualTo(first.containerAddress());
  }

  @Test
  void everySystemFindsAFreeBlockUntilNoneIsLeft() throws Exception {
    Set<Integer> taken = new HashSet<>();
    for (long i = 0; i < 252 * 64; i++) {
      NetworkPlan plan =
          NetworkPlan.choose(system(i), candidate -> taken.contains(candidate.block()))
              .orElseThrow();
      assertThat(taken.add(plan.block())).isTrue();
      byte[] address = InetAddress.getByName(plan.containerAddress()).getAddress();
      assertThat(plan.covers(address)).isTrue();
      int row = address[2] & 0xff;
      assertThat(row).isBetween(1, 254).isNotIn(169, 170);
    }
    assertThat(NetworkPlan.choose(system(1), candidate -> taken.contains(candidate.block())))
        .isEmpty();
  }
}
