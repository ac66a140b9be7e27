package dev.larder.tidy;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The checks of the house that are about text: each returns its findings as {@code path:line}. */
final class Tidy {
  static final int LINE_COLUMNS_MAX = 100;
  static final int FILE_LINES_MAX = 500;
  static final int METHOD_LINES_MAX = 70;

  /**
   * Methods that may be longer: the JIT compiles a method as one, and an interpreter's loop keeps
   * its state in local variables.
   */
  private static final List<String> LONG_METHODS = List.of("lua/Interpreter.java: execute");

  private Tidy() {}

  /** Lines wider than the limit; imports and lines with a web address cannot be broken. */
  static List<String> wideLines(Map<String, String> sources) {
    List<String> findings = new ArrayList<>();
    sources.forEach((path, source) -> {
      List<String> lines = source.lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        if (line.length() > LINE_COLUMNS_MAX
            && !line.startsWith("import ")
            && !line.contains("://")) {
          findings.add("%s:%d: %d columns".formatted(path, i + 1, line.length()));
        }
      }
    });
    return findings;
  }

  /** Files longer than the limit. */
  static List<String> longFiles(Map<String, String> sources) {
    List<String> findings = new ArrayList<>();
    sources.forEach((path, source) -> {
      long lines = source.lines().count();
      if (lines > FILE_LINES_MAX) {
        findings.add("%s:1: %d lines: split it by concept".formatted(path, lines));
      }
    });
    return findings;
  }

  /** Methods longer than the limit, signature and braces included, comment above excluded. */
  static List<String> longMethods(Map<String, String> sources) {
    List<JavaFileObject> files = new ArrayList<>();
    sources.forEach((path, source) -> files.add(new SourceFile(path, source)));
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, diagnostic -> {}, List.of("-proc:none"), null, files);
    List<String> findings = new ArrayList<>();
    try {
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        unit.accept(new MethodLengths(unit, positions, findings), null);
      }
    } catch (IOException e) {
      throw new AssertionError("sources in memory cannot fail to be read", e);
    }
    return findings;
  }

  private static final class MethodLengths extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> findings;

    MethodLengths(CompilationUnitTree unit, SourcePositions positions, List<String> findings) {
      this.unit = unit;
      this.positions = positions;
      this.findings = findings;
    }

    @Override
    public Void visitMethod(MethodTree method, Void none) {
      LineMap lines = unit.getLineMap();
      long first = lines.getLineNumber(positions.getStartPosition(unit, method));
      long last = lines.getLineNumber(positions.getEndPosition(unit, method));
      String place = unit.getSourceFile().getName() + ": " + method.getName();
      if (last - first + 1 > METHOD_LINES_MAX && LONG_METHODS.stream().noneMatch(place::endsWith)) {
        findings.add(
            "%s:%d: %s has %d lines: name its parts"
                .formatted(
                    unit.getSourceFile().getName().substring(1),
                    first,
                    method.getName(),
                    last - first + 1));
      }
      return super.visitMethod(method, none);
    }
  }

  private static final class SourceFile extends SimpleJavaFileObject {
    private final String source;

    SourceFile(String path, String source) {
      super(URI.create("string:///" + path), Kind.SOURCE);
      this.source = source;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return source;
    }
  }

  /** Folders with sources but without a documented, null-marked package-info. */
  static List<String> packagesWithoutInfo(Map<String, String> sources) {
    List<String> findings = new ArrayList<>();
    Collection<String> folders = new TreeSet<>();
    sources.keySet().forEach(path -> folders.add(path.substring(0, path.lastIndexOf('/') + 1)));
    for (String folder : folders) {
      String path = folder + "package-info.java";
      String info = sources.get(path);
      if (info == null) {
        findings.add(path + ":1: missing: @NullMarked and a sentence about the design");
      } else if (!SourceText.codeOf(info).contains("@NullMarked")) {
        findings.add(path + ":1: not @NullMarked");
      } else if (!info.contains("/**")) {
        findings.add(path + ":1: no sentence about the package's design");
      }
    }
    return findings;
  }

  /** What {@link Ban#LIST} bans, each with its replacement. */
  static List<String> banned(Map<String, String> sources) {
    List<String> findings = new ArrayList<>();
    sources.forEach((path, source) -> {
      String code = SourceText.codeOf(source);
      String withComments = SourceText.codeAndCommentsOf(source);
      for (Ban ban : Ban.LIST) {
        if (ban.allows(path)) {
          continue;
        }
        String text = ban.inComments() ? withComments : code;
        Matcher matcher = ban.pattern().matcher(text);
        while (matcher.find()) {
          long line = text.substring(0, matcher.start()).lines().count();
          findings.add(
              "%s:%d: %s: %s".formatted(path, Math.max(1, line), ban.what(), ban.instead()));
        }
      }
    });
    return findings;
  }
}
