package flocker.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each rule of {@link Rules} can fail: it finds what {@code flocker.arch.seeded} breaks. */
class RulesTest {
  private static final JavaClasses SEEDED =
      new ClassFileImporter().importPackages("flocker.arch.seeded");

  private static final DescribedPredicate<JavaClass> LEAKY =
      Rules.outermost(Set.of("flocker.arch.seeded.LeakyDecision"));
  private static final DescribedPredicate<JavaClass> CLEAN =
      Rules.outermost(Set.of("flocker.arch.seeded.CleanDecision"));
  private static final DescribedPredicate<JavaClass> NOBODY = DescribedPredicate.alwaysFalse();

  private static List<String> broken(ArchRule rule) {
    return Rules.violations(rule, SEEDED);
  }

  private static void finds(ArchRule rule, String... words) {
    for (String word : words) {
      assertThat(broken(rule)).anySatisfy(line -> assertThat(line).contains(word));
    }
  }

  @Test
  void pekkoOutsideActorsIsFound() {
    finds(Rules.pekkoOnlyIn(NOBODY), "LeakyDecision.tells", "org.apache.pekko");
    assertThat(broken(Rules.pekkoOnlyIn(LEAKY))).isEmpty();
  }

  @Test
  void moreOfPekkoThanReplyAddressesIsFound() {
    finds(Rules.onlyActorRefIn(LEAKY), "ActorSystem");
    assertThat(broken(Rules.onlyActorRefIn(LEAKY)))
        .noneSatisfy(
            line ->
                assertThat(line).contains("calls method <org.apache.pekko.actor.typed.ActorRef"));
  }

  @Test
  void impureDecisionsAreFound() {
    finds(
        Rules.pure(LEAKY),
        "Instant.now()",
        "System.nanoTime()",
        "java.util.Random.<init>",
        "UUID.randomUUID()",
        "java.nio.file.Files",
        "org.apache.pekko");
    assertThat(broken(Rules.pure(CLEAN))).isEmpty();
  }

  @Test
  void clocksAndChanceAreFound() {
    finds(Rules.clocksAndChanceOnlyIn(NOBODY), "Instant.now()", "java.util.Random.<init>");
    assertThat(broken(Rules.clocksAndChanceOnlyIn(LEAKY))).isEmpty();
  }

  @Test
  void whoKnowsAClosedPackageIsFound() {
    finds(Rules.knownOnlyTo("java.nio.file..", NOBODY), "LeakyDecision.looks");
    finds(
        Rules.neverSees(resideInAPackage("flocker.arch.seeded.."), "java.nio.file.."),
        "LeakyDecision.looks");
  }
}
