package flocker.node.time;

import java.time.Instant;
import java.util.function.Supplier;

/**
 * The two kinds of time.
 *
 * @param wall for names and for people; may jump
 * @param boot for everything that is measured
 */
public record Clocks(Supplier<Instant> wall, BootClock boot) {}
