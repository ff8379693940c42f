package flocker.protocol.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * A version that lost and was kept.
 *
 * @param name unique on its host
 * @param reason why it was stashed: failover, roll-back, return of an old master …
 * @param position newest position of the version, empty if it has none
 * @param bytes what it holds for itself alone, where storage can tell
 */
public record StashView(
    String name,
    SystemName system,
    HostName host,
    String reason,
    Instant at,
    Optional<PositionLabel> position,
    Optional<Long> bytes) {}
