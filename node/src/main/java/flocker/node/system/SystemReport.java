package flocker.node.system;

import flocker.node.authority.AuthorityView;
import flocker.node.supervisor.SupervisorView;
import flocker.protocol.authority.RecordVersion;
import flocker.protocol.system.SystemRecord;
import java.util.Optional;

/**
 * What one host knows of one user system, gathered for status pages.
 *
 * @param authority empty if the voter did not answer in time
 * @param supervisor empty while the tree is not ready, and on a witness
 */
public record SystemReport(
    SystemFacts.Sheet facts,
    SystemRecord wanted,
    RecordVersion version,
    Optional<AuthorityView> authority,
    Optional<SupervisorView> supervisor) {}
