package dev.larder.lua;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import org.junit.jupiter.api.Test;

final class InterpreterTest {
  /** HotSpot leaves longer methods to its interpreter. */
  private static final int COMPILED_BYTES_MAX = 8_000;

  @Test
  void loopIsShortEnoughForTheCompiler() throws IOException {
    try (InputStream file = Interpreter.class.getResourceAsStream("Interpreter.class")) {
      ClassModel model = ClassFile.of().parse(file.readAllBytes());
      for (MethodModel method : model.methods()) {
        if (method.methodName().equalsString("execute")) {
          CodeAttribute code = method.findAttribute(java.lang.classfile.Attributes.code()).get();
          assertThat(code.codeLength()).isBetween(1_000, COMPILED_BYTES_MAX - 1);
          return;
        }
      }
    }
    throw new AssertionError("the loop has another name");
  }
}
