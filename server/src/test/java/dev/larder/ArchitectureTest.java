package dev.larder;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import dev.larder.resp.ArchitectureCanary;
import dev.larder.resp.HotPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Which package may use which, as a table that is the architecture's picture in words. A package
 * uses only packages listed above it, so there are no cycles.
 */
final class ArchitectureTest {
  private static final String ROOT = "dev.larder";

  /** A package, then all packages of ours that it may use. */
  private static final Map<String, List<String>> MAY_USE = new LinkedHashMap<>();

  static {
    MAY_USE.put("resp", List.of());
    MAY_USE.put("lua.compiler", List.of());
    MAY_USE.put("lua", List.of("lua.compiler"));
    MAY_USE.put("lua.data", List.of("lua"));
    MAY_USE.put("lua.library", List.of("lua", "lua.data"));
    MAY_USE.put("storage.disk", List.of());
    MAY_USE.put("storage.memory", List.of());
    MAY_USE.put("storage.table", List.of("storage.memory"));
    MAY_USE.put("storage.type", List.of("storage.memory", "storage.table"));
    MAY_USE.put(
        "storage.rdb", List.of("storage.disk", "storage.memory", "storage.table", "storage.type"));
    MAY_USE.put("storage.evict", List.of("storage.memory", "storage.table", "storage.type"));
    MAY_USE.put("storage.journal", List.of("storage.disk", "storage.memory"));
    MAY_USE.put(
        "storage",
        List.of(
            "storage.memory",
            "storage.table",
            "storage.type",
            "storage.rdb",
            "storage.evict",
            "storage.disk",
            "storage.journal"));
    MAY_USE.put("config", List.of("resp", "storage"));
    MAY_USE.put("tls", List.of("config"));
    MAY_USE.put("metrics", List.of("resp", "storage", "storage.journal", "config"));
    MAY_USE.put(
        "persistence",
        List.of("resp", "storage.journal", "storage", "storage.disk", "config", "metrics"));
    MAY_USE.put("notify", List.of("storage", "config"));
    MAY_USE.put("push", List.of("resp"));
    MAY_USE.put("session", List.of("resp", "storage", "config", "metrics", "push"));
    MAY_USE.put("tracking", List.of("resp", "storage", "push", "session"));
    MAY_USE.put(
        "command", List.of("resp", "storage", "config", "metrics", "push", "session", "tracking"));
    MAY_USE.put("script", List.of("resp", "lua", "lua.library", "storage", "config", "command"));
    MAY_USE.put("pubsub", List.of("resp", "storage", "notify", "push", "session", "command"));
    MAY_USE.put(
        "info",
        List.of(
            "resp",
            "storage",
            "config",
            "metrics",
            "push",
            "session",
            "tracking",
            "command",
            "pubsub"));
    MAY_USE.put("monitoring", List.of("storage", "config", "metrics", "command", "info"));
    MAY_USE.put(
        "acl",
        List.of("resp", "storage", "config", "metrics", "push", "session", "tracking", "command"));
    MAY_USE.put(
        "commands",
        List.of(
            "resp",
            "storage",
            "config",
            "metrics",
            "push",
            "session",
            "tracking",
            "command",
            "pubsub",
            "info",
            "acl",
            "script"));
    MAY_USE.put(
        "dispatch",
        List.of(
            "resp",
            "storage",
            "storage.journal",
            "config",
            "metrics",
            "push",
            "session",
            "tracking",
            "command",
            "acl",
            "script",
            "lua"));
    MAY_USE.put(
        "net",
        List.of(
            "resp",
            "storage",
            "storage.journal",
            "config",
            "tls",
            "metrics",
            "push",
            "session",
            "tracking",
            "command",
            "acl",
            "dispatch",
            "script"));
    MAY_USE.put(
        "replay",
        List.of(
            "resp",
            "storage",
            "storage.disk",
            "storage.journal",
            "config",
            "metrics",
            "push",
            "session",
            "tracking",
            "command",
            "dispatch",
            "persistence",
            "script"));
  }

  /** What other modules see of storage: the keyspace, and what writes its effects to a disk. */
  private static final String[] STORAGE_FACES = {
    ROOT + ".storage", ROOT + ".storage.disk", ROOT + ".storage.journal"
  };

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages(ROOT);

  private static final JavaClasses CANARY =
      new ClassFileImporter().importClasses(ArchitectureCanary.class);

  @TestFactory
  List<DynamicTest> mainKeepsTheRules() {
    return rules().stream()
        .map(rule -> DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(MAIN)))
        .toList();
  }

  @TestFactory
  List<DynamicTest> canaryBreaksTheRules() {
    return canaryRules().stream()
        .map(rule ->
            DynamicTest.dynamicTest(
                rule.getDescription(),
                () -> assertThat(rule.evaluate(CANARY).hasViolation()).isTrue()))
        .toList();
  }

  @Test
  void everyPackageIsInTheTable() {
    assertThat(MAIN.stream().map(JavaClass::getPackageName).distinct())
        .as("a new package needs a row, which says where it stands")
        .allMatch(name -> name.equals(ROOT) || MAY_USE.containsKey(shortName(name)));
  }

  @Test
  void tableIsInOrder() {
    List<String> above = new ArrayList<>();
    MAY_USE.forEach((name, uses) -> {
      assertThat(above).as(name).containsAll(uses);
      above.add(name);
    });
  }

  private static List<ArchRule> rules() {
    List<ArchRule> rules = new ArrayList<>(canaryRules());
    MAY_USE.keySet().stream().filter(name -> !name.equals("resp")).forEach(n -> rules.add(row(n)));
    rules.add(slices().matching(ROOT + ".(**)").should().beFreeOfCycles());
    return rules;
  }

  /** The rules that the canary, a class of the package {@code resp}, breaks one by one. */
  private static List<ArchRule> canaryRules() {
    return List.of(
        row("resp"),
        noClasses()
            .that(not(resideInAnyPackage(ROOT + ".storage", ROOT + ".storage..")))
            .should()
            .dependOnClassesThat(
                resideInAPackage(ROOT + ".storage..").and(not(resideInAnyPackage(STORAGE_FACES))))
            .because("the engine's parts may change: it is seen by these packages only"),
        noClasses()
            .that(not(resideInAPackage(ROOT + ".storage.memory")).and(not(SOCKET_CALL)))
            .should()
            .dependOnClassesThat(resideInAPackage("java.lang.foreign.."))
            .because("one package answers for every access to memory"),
        noClasses()
            .that(not(resideInAPackage(ROOT + ".net")))
            .should()
            .dependOnClassesThat(resideInAPackage("io.netty.channel.."))
            .because("everything but dev.larder.net can be tested without a network"),
        noClasses()
            .that(not(SIGNAL))
            .should()
            .dependOnClassesThat(resideInAnyPackage("sun.misc..", "jdk.internal.."))
            .because("they are on their way out of the JDK"),
        noClasses()
            .should()
            .accessTargetWhere(accesses(System.class, "out", "err"))
            .because("a library logs by SLF4J"),
        noClasses()
            .that(not(CLOCK))
            .should()
            .accessTargetWhere(
                accesses(System.class, "currentTimeMillis", "nanoTime")
                    .or(accesses(Thread.class, "sleep")))
            .because("tests set the time: it comes from a Clock"),
        classes()
            .that(HOT)
            .should()
            .haveModifier(FINAL)
            .because("calls on the hot path are to be inlined"),
        noClasses()
            .that(HOT.or(BASE_OF_HOT))
            .should()
            .dependOnClassesThat(
                resideInAPackage("java.util.stream..")
                    .or(assignableTo(Optional.class))
                    .or(assignableTo(Map.class)))
            .because("the hot path does not allocate, nor box its keys"),
        noClasses()
            .that(HOT.or(BASE_OF_HOT))
            .should()
            .accessTargetWhere(accesses(String.class, "format", "formatted"))
            .because("the hot path does not allocate, nor parse a format"));
  }

  private static final DescribedPredicate<JavaClass> HOT =
      DescribedPredicate.describe("on the hot path", ArchitectureTest::isHot);

  private static final DescribedPredicate<JavaClass> BASE_OF_HOT =
      DescribedPredicate.describe(
          "extended on the hot path",
          type -> type.getAllSubclasses().stream().anyMatch(ArchitectureTest::isHot));

  private static boolean isHot(JavaClass type) {
    return type.isAnnotatedWith(HotPath.class)
        || type.isAnnotatedWith(ROOT + ".storage.memory.HotPath");
  }

  private static final DescribedPredicate<JavaClass> CLOCK =
      DescribedPredicate.describe("a clock", type -> type.getName().contains("Clock"));

  /** It calls the system, and hands on addresses that Netty answers for. */
  private static final DescribedPredicate<JavaClass> SOCKET_CALL =
      DescribedPredicate.describe(
          "a call for a socket", type -> type.getName().equals(ROOT + ".net.SystemCall"));

  /** The JDK has no other way to handle a signal. */
  private static final DescribedPredicate<JavaClass> SIGNAL =
      DescribedPredicate.describe(
          "a signal", type -> type.getName().equals(ROOT + ".HangupSignal"));

  private static ArchRule row(String name) {
    String[] allowed =
        MAY_USE.get(name).stream().map(use -> ROOT + "." + use).toArray(String[]::new);
    DescribedPredicate<JavaClass> others =
        resideInAPackage(ROOT + "..")
            .and(not(resideInAPackage(ROOT + "." + name)))
            .and(not(resideInAnyPackage(allowed)));
    return noClasses()
        .that()
        .resideInAPackage(ROOT + "." + name)
        .should()
        .dependOnClassesThat(others)
        .as(name + " uses only " + MAY_USE.get(name))
        .allowEmptyShould(true);
  }

  private static DescribedPredicate<JavaAccess<?>> accesses(Class<?> owner, String... names) {
    List<String> list = List.of(names);
    return DescribedPredicate.describe(
        owner.getSimpleName() + list,
        access -> access.getTargetOwner().isEquivalentTo(owner) && list.contains(access.getName()));
  }

  private static String shortName(String packageName) {
    return packageName.substring(ROOT.length() + 1);
  }
}
