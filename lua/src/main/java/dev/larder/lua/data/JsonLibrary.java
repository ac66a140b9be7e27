package dev.larder.lua.data;

import dev.larder.lua.Builtin;
import dev.larder.lua.Call;
import dev.larder.lua.LuaString;
import dev.larder.lua.LuaTable;
import dev.larder.lua.data.JsonSettings.InvalidNumbers;
import java.util.function.IntConsumer;

/** The library {@code cjson}. Each instance has settings and buffers of its own. */
final class JsonLibrary {
  private static final LuaString NULL_OPTION = LuaString.of("null");

  private final JsonSettings settings = new JsonSettings();
  private final JsonEncoder encoder = new JsonEncoder(settings);
  private final JsonDecoder decoder = new JsonDecoder(settings);

  private JsonLibrary() {}

  static LuaTable create() {
    JsonLibrary instance = new JsonLibrary();
    LuaTable library = new LuaTable();
    Builtin.add(library, "encode", instance::encode);
    Builtin.add(library, "decode", instance::decode);
    Builtin.add(library, "encode_sparse_array", instance::sparseArray);
    Builtin.add(library, "encode_max_depth", instance::encodeMaxDepth);
    Builtin.add(library, "decode_max_depth", instance::decodeMaxDepth);
    Builtin.add(library, "encode_number_precision", instance::precision);
    Builtin.add(library, "encode_keep_buffer", instance::keepBuffer);
    Builtin.add(library, "encode_invalid_numbers", instance::encodeInvalidNumbers);
    Builtin.add(library, "decode_invalid_numbers", instance::decodeInvalidNumbers);
    Builtin.add(library, "new", call -> call.add(create()));
    library.put(LuaString.of("null"), JsonSettings.NULL);
    library.put(LuaString.of("_NAME"), LuaString.of("cjson"));
    library.put(LuaString.of("_VERSION"), LuaString.of("2.1.0"));
    return library;
  }

  private void encode(Call call) {
    checkOneArgument(call);
    call.add(encoder.encode(call, call.value(1)));
  }

  private void decode(Call call) {
    checkOneArgument(call);
    call.add(decoder.decode(call, call.checkString(1)));
  }

  private static void checkOneArgument(Call call) {
    if (call.count() != 1) {
      throw call.argumentError(1, "expected 1 argument");
    }
  }

  private void sparseArray(Call call) {
    checkCount(call, 3);
    settings.convertSparse = truth(call, settings.convertSparse);
    setInteger(call, 2, 0, Integer.MAX_VALUE, ratio -> settings.sparseRatio = ratio);
    setInteger(call, 3, 0, Integer.MAX_VALUE, safe -> settings.sparseSafe = safe);
    call.add(settings.convertSparse);
    call.add((double) settings.sparseRatio);
    call.add((double) settings.sparseSafe);
  }

  private void encodeMaxDepth(Call call) {
    checkCount(call, 1);
    setInteger(call, 1, 1, Integer.MAX_VALUE, depth -> settings.encodeMaxDepth = depth);
    call.add((double) settings.encodeMaxDepth);
  }

  private void decodeMaxDepth(Call call) {
    checkCount(call, 1);
    setInteger(call, 1, 1, Integer.MAX_VALUE, depth -> settings.decodeMaxDepth = depth);
    call.add((double) settings.decodeMaxDepth);
  }

  private void precision(Call call) {
    checkCount(call, 1);
    setInteger(call, 1, 1, JsonSettings.PRECISION_MAX, digits -> settings.precision = digits);
    call.add((double) settings.precision);
  }

  private void keepBuffer(Call call) {
    checkCount(call, 1);
    settings.keepBuffer = truth(call, settings.keepBuffer);
    call.add(settings.keepBuffer);
  }

  private void encodeInvalidNumbers(Call call) {
    checkCount(call, 1);
    if (call.value(1) instanceof LuaString option && option.equals(NULL_OPTION)) {
      settings.encodeInvalidNumbers = InvalidNumbers.NULLS;
    } else if (!call.isNil(1)) {
      settings.encodeInvalidNumbers =
          truth(call, false) ? InvalidNumbers.WRITTEN : InvalidNumbers.REFUSED;
    }
    if (settings.encodeInvalidNumbers == InvalidNumbers.NULLS) {
      call.add(NULL_OPTION);
    } else {
      call.add(settings.encodeInvalidNumbers == InvalidNumbers.WRITTEN);
    }
  }

  private void decodeInvalidNumbers(Call call) {
    checkCount(call, 1);
    settings.decodeInvalidNumbers = truth(call, settings.decodeInvalidNumbers);
    call.add(settings.decodeInvalidNumbers);
  }

  private static void checkCount(Call call, int most) {
    if (call.count() > most) {
      throw call.argumentError(most + 1, "found too many arguments");
    }
  }

  /** The first argument as a truth value; nil stands for what is set already. */
  private static boolean truth(Call call, boolean otherwise) {
    if (call.isNil(1)) {
      return otherwise;
    }
    if (call.value(1) instanceof Boolean truth) {
      return truth;
    }
    String option = call.checkString(1).toString();
    return switch (option) {
      case "on" -> true;
      case "off" -> false;
      default -> throw call.argumentError(1, "invalid option '" + option + "'");
    };
  }

  /** Sets a number unless the argument is nil; the message names the first argument always. */
  private static void setInteger(Call call, int i, int least, int most, IntConsumer setting) {
    if (!call.isNil(i)) {
      int number = call.checkInt(i);
      if (number < least || number > most) {
        throw call.argumentError(1, "expected integer between " + least + " and " + most);
      }
      setting.accept(number);
    }
  }
}
