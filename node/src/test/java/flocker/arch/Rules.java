package flocker.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.conditions.ArchConditions.never;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The rules that {@link ArchitectureTest} applies; each can be given any classes. */
final class Rules {
  private static final String[] PEKKO = {"org.apache.pekko..", "scala.."};

  private static final String[] OUTSIDE_WORLD = {
    "java.io..",
    "java.nio.file..",
    "java.nio.channels..",
    "java.net..",
    "java.sql..",
    "org.slf4j..",
    "com.typesafe..",
    "jnr.."
  };

  /** Types of {@link #OUTSIDE_WORLD} that are no I/O. */
  private static final Set<String> HARMLESS =
      Set.of("java.io.Serializable", "java.io.ObjectStreamException");

  private static final Set<String> CLOCKS =
      Set.of(
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.time.Instant.now",
          "java.time.LocalDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.time.Clock.systemUTC",
          "java.time.Clock.systemDefaultZone");

  private static final Set<String> CHANCES =
      Set.of(
          "java.util.Random.<init>",
          "java.util.SplittableRandom.<init>",
          "java.security.SecureRandom.<init>",
          "java.util.concurrent.ThreadLocalRandom.current",
          "java.util.random.RandomGenerator.getDefault",
          "java.util.UUID.randomUUID",
          "java.lang.Math.random");

  private static final Set<String> THREADS =
      Set.of(
          "java.lang.Thread.<init>",
          "java.lang.Thread.sleep",
          "java.lang.ProcessBuilder.<init>",
          "java.util.concurrent.locks.LockSupport.parkNanos");

  private Rules() {}

  /** Classes of which the outermost one is named {@code names}, fully. */
  static DescribedPredicate<JavaClass> outermost(Set<String> names) {
    return DescribedPredicate.describe(
        "named " + new TreeSet<>(names), type -> names.contains(outermostName(type)));
  }

  /** Classes of which the outermost one's name ends so. */
  static DescribedPredicate<JavaClass> outermostEndingWith(String end) {
    return DescribedPredicate.describe("named *" + end, type -> outermostName(type).endsWith(end));
  }

  /** The name of the class that stands in the file's name. */
  static String outermostName(JavaClass type) {
    String name = type.getName();
    int inner = name.indexOf('$');
    return inner < 0 ? name : name.substring(0, inner);
  }

  /** Nobody but {@code allowed} names a Pekko or Scala type. */
  static ArchRule pekkoOnlyIn(DescribedPredicate<JavaClass> allowed) {
    return noClasses()
        .that(DescribedPredicate.not(allowed))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(PEKKO)
        .because("a decision is a pure function; an actor is the hand that carries it out");
  }

  /** Of Pekko, {@code some} name nothing but a reply address. */
  static ArchRule onlyActorRefIn(DescribedPredicate<JavaClass> some) {
    DescribedPredicate<JavaClass> more =
        DescribedPredicate.describe(
            "Pekko types other than ActorRef",
            type ->
                type.getPackageName().startsWith("org.apache.pekko")
                    && !type.getName().equals("org.apache.pekko.actor.typed.ActorRef"));
    return classes().that(some).should(never(dependOnClassesThat(more)));
  }

  /** No Pekko, no I/O, no clock, no chance of its own, no thread. */
  static ArchRule pure(DescribedPredicate<JavaClass> decisions) {
    DescribedPredicate<JavaClass> outside =
        resideInAPackage(PEKKO[0])
            .or(resideInAPackage(PEKKO[1]))
            .or(
                DescribedPredicate.describe(
                    "I/O",
                    type ->
                        !HARMLESS.contains(type.getName())
                            && JavaClass.Predicates.resideInAnyPackage(OUTSIDE_WORLD).test(type)));
    return classes()
        .that(decisions)
        .should(never(dependOnClassesThat(outside)))
        .andShould(callNone(CLOCKS))
        .andShould(callNone(CHANCES))
        .andShould(callNone(THREADS))
        .because(
            "time, chance and the world come in through arguments, so that it can be simulated");
  }

  /** Nobody but {@code allowed} reads a clock of the JVM or makes chance. */
  static ArchRule clocksAndChanceOnlyIn(DescribedPredicate<JavaClass> allowed) {
    return classes()
        .that(DescribedPredicate.not(allowed))
        .should(callNone(CLOCKS))
        .andShould(callNone(CHANCES))
        .because("NodeMain hands both in: BootClock, Supplier<Instant>, RandomGenerator");
  }

  /** Nobody but {@code allowed} and itself names something of {@code aPackage}. */
  static ArchRule knownOnlyTo(String aPackage, DescribedPredicate<JavaClass> allowed) {
    return noClasses()
        .that(DescribedPredicate.not(allowed.or(resideInAPackage(aPackage))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(aPackage);
  }

  /** {@code some} name nothing of {@code forbidden}. */
  static ArchRule neverSees(DescribedPredicate<JavaClass> some, String... forbidden) {
    return noClasses().that(some).should().dependOnClassesThat().resideInAnyPackage(forbidden);
  }

  private static ArchCondition<JavaClass> callNone(Set<String> names) {
    return new ArchCondition<>("call none of " + new TreeSet<>(names)) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getCodeUnitCallsFromSelf().forEach(call -> report(call, events));
        type.getCodeUnitReferencesFromSelf()
            .forEach(
                reference -> {
                  String name =
                      reference.getTargetOwner().getName() + "." + reference.getTarget().getName();
                  if (names.contains(name)) {
                    events.add(SimpleConditionEvent.violated(type, reference.getDescription()));
                  }
                });
      }

      private void report(JavaCall<?> call, ConditionEvents events) {
        if (names.contains(call.getTargetOwner().getName() + "." + call.getTarget().getName())) {
          events.add(SimpleConditionEvent.violated(call.getOriginOwner(), call.getDescription()));
        }
      }
    };
  }

  /** What breaks {@code rule}, one line each. */
  static List<String> violations(ArchRule rule, JavaClasses classes) {
    return rule.allowEmptyShould(true).evaluate(classes).getFailureReport().getDetails();
  }
}
