#!/usr/bin/env python3
"""Writes golden/{cjson,cmsgpack,struct,bit}.txt: what redis-server 7.0.15 makes of calls of its Lua libraries.

    golden-data.py PORT        of a running redis-server 7.0.15, whose data is left alone

A line is `call <tab> outcome`. A call is Lua: `cjson.encode({1,2})`, after settings of an instance of
its own perhaps: `new encode_max_depth(2) encode({{1}})`. Or it is `cjson.again(text)`, which is decoded and
encoded again, to see the order of fields; `cmsgpack.again` likewise. An outcome is `= value, value` or
`! "message"`, without the position in front. Values are literals of Lua, with `inf`,
`nan` and `null` (cjson.null) besides. The calls are the same in each run.
"""

import pathlib
import random
import socket
import struct
import sys

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden"

# Renders values as literals; what is no literal becomes its type's name.
PRELUDE = r"""
local inf, null = 1/0, cjson.null
local nan = cjson.decode('nan')
local function show(v)
  local t = type(v)
  if t == 'string' then
    return '"' .. v:gsub('.', function(c)
      local b = c:byte()
      if b < 32 or b > 126 or c == '"' or c == '\\' then return ('\\%03d'):format(b) end
    end):gsub('%z', '\\000') .. '"'
  elseif t == 'number' then
    if v ~= v then return 'nan' end
    return ('%.17g'):format(v)
  elseif t == 'table' then
    local o = {}
    for k, x in pairs(v) do o[#o + 1] = '[' .. show(k) .. ']=' .. show(x) end
    table.sort(o)
    return '{' .. table.concat(o, ',') .. '}'
  elseif v == null then
    return 'null'
  elseif v == nil or t == 'boolean' then
    return tostring(v)
  else
    return t
  end
end
local again = {
  cjson = function(text) return cjson.encode(cjson.decode(text)) end,
  cmsgpack = function(data) return cmsgpack.pack(cmsgpack.unpack(data)) end,
}
local function outcome(ok, ...)
  if not ok then return '! ' .. show((tostring((...)):gsub('^user_script:%d+: ', ''))) end
  local o = {}
  for i = 1, select('#', ...) do o[i] = show((select(i, ...))) end
  return '= ' .. table.concat(o, ', ')
end
"""


class Redis:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.file = self.socket.makefile("rb")

    def eval(self, script):
        data = script.encode("latin1")
        self.socket.sendall(
            b"*3\r\n$4\r\nEVAL\r\n$%d\r\n%s\r\n$1\r\n0\r\n" % (len(data), data)
        )
        line = self.file.readline()
        if line[:1] != b"$":
            raise SystemExit("%r: %s" % (script[-200:], line.decode("latin1")))
        return self.file.read(int(line[1:]) + 2)[:-2].decode("latin1")


def quote(data):
    """Bytes, or a string of characters to 255, as a literal."""
    if isinstance(data, str):
        data = data.encode("latin1")
    out = []
    for byte in data:
        char = chr(byte)
        out.append(char if 32 <= byte < 127 and char not in '"\\' else "\\%03d" % byte)
    return '"' + "".join(out) + '"'


def values(random_source, depth=3):
    """A literal of a random value whose order of fields does not matter: one field at most."""
    pick = random_source.randrange(12 if depth else 8)
    if pick < 3:
        return number(random_source)
    if pick < 6:
        length = random_source.choice((0, 1, 3, 8, 20, 31, 32, 40))
        return quote(bytes(random_source.choice(BYTES) for _ in range(length)))
    if pick == 6:
        return random_source.choice(("true", "false"))
    if pick == 7:
        return "null"
    if pick < 10:
        count = random_source.randrange(5)
        return "{" + ",".join(values(random_source, depth - 1) for _ in range(count)) + "}"
    key = values(random_source, 0) if random_source.randrange(3) == 0 else '"key"'
    return "{[" + key + "]=" + values(random_source, depth - 1) + "}"


BYTES = list(range(32, 127)) * 3 + list(range(256))


def number(random_source):
    pick = random_source.randrange(8)
    if pick < 2:
        return str(random_source.randrange(-40, 300))
    if pick == 2:
        return str(random_source.choice((1, -1)) * (1 << random_source.randrange(53)))
    if pick == 3:
        return repr(random_source.randrange(-(1 << 53), 1 << 53))
    if pick == 4:
        return repr(round(random_source.uniform(-1000, 1000), random_source.randrange(6)))
    if pick == 5:
        return repr(random_source.uniform(0, 1))
    if pick == 6:
        return repr(random_source.uniform(1, 10) * 10.0 ** random_source.randrange(-300, 300))
    return repr(struct.unpack("<f", random_source.randbytes(3) + b"\x41")[0])


CONSTANTS = ["", "nil", "true", "false", "0", "1", "-1", "1.5", '"x"', '"12"', "{}", "inf", "nan"]


def cjson(random_source):
    for function in ("encode", "decode"):
        for args in CONSTANTS + ["1,2", "nil,nil", "null"]:
            yield f"cjson.{function}({args})"
    numbers = """0 -0 1 -1 10 100 0.1 -0.1 0.5 1.5 1/3 2/3 -2/3 1e5 1e13 1e14 1e15 1e16 1e-4 1e-5 1e-7
        99999999999999 999999999999999 9999999999999.5 12345678901234 123456789012345 2^31 2^32 2^53
        2^63 2^64 1e100 1e308 1.7976931348623157e308 5e-324 2.2250738585072014e-308 123456.789
        0.000123456789 1e21 1e22 9.5 0.30000000000000004 100000000000000.5 4.35 2.675 inf -inf
        nan""".split()
    for text in numbers:
        yield f"cjson.encode({text})"
        yield f"cjson.encode({{{text}}})"
        yield f"cjson.encode({{[\"k\"]={text}}})"
    for precision in range(1, 15):
        yield (
            f"new encode_number_precision({precision}) encode({{1/3,2/3,0.1,100,123456789,1e15,"
            "12345.678,99999999999999,9.5,0.00001234,-5e-5,999.995,0})"
        )
    tables = """{} {1} {1,2,3} {1,nil,3} {nil,nil,3} {[10]=1} {[11]=1} {[1]=1,[10]=1} {[1]=1,[12]=1} {[0]=1}
        {[-1]=1} {[1.5]=1} {[2]=3} {{},{}} {[true]=1} {[{}]=1} {[null]=1} {null} {null,null}
        {[1e15]=1} {[2147483647]=1} {[2147483648]=1} {[4294967296]=1} {[4294967301]=1} {[1e300]=1}
        {[inf]=1} {[-inf]=1} {[1/3]=1} {["1"]=1} {[""]=1} {["a/b"]={}} {{{{1}}}} {["a"]={["b"]={}}}
        {true,false} {1,2,3,4,5,6,[12]=1} {1,2,3,4,5,6,[13]=1} {1,2,3,4,5,6,[14]=1}
        {[3]={[3]=1}} {["x"]={[11]=1}} {[1]="a",[3.5]="b"}""".split()
    for table in tables:
        yield f"cjson.encode({table})"
    for convert in ("true", "false", '"on"', '"off"'):
        for ratio in (0, 1, 2, 3):
            for safe in (0, 3, 10):
                for table in ("{[5]=1}", "{1,nil,nil,4}", "{[12]=1}", "{1,2}", "{[10]=1,[1]=1}"):
                    if convert[0] != '"' or ratio == 1:
                        yield f"new encode_sparse_array({convert},{ratio},{safe}) encode({table})"
    for setting in ("true", "false", '"null"', '"on"', '"off"'):
        for value in ("nan", "inf", "-inf", "{nan}", "{[inf]=1}", "{[-inf]=1}", "{1,inf}"):
            yield f"new encode_invalid_numbers({setting}) encode({value})"
    for function in (
        "encode_max_depth decode_max_depth encode_number_precision encode_keep_buffer "
        "encode_invalid_numbers decode_invalid_numbers encode_sparse_array"
    ).split():
        for args in CONSTANTS + [
            "14", "15", "16", "17", "2147483647", "2147483648", "1e10", "1e300", "-0.5", "0.99", '"0x10"',
            '" 5 "', '"on"', '"off"', '"null"', '"On"', "1,2", "true,1", "true,0,0", "true,1,2,3", "true,-1",
            "true,1,-1", "nil,nil,nil", "nil,3", 'false,"x"', "true,nil,5", "true,2147483648", "{},1", "nil,nil,7",
            "null",
        ]:
            yield f"new {function}({args})"
    for depth in (1, 2, 3):
        for table in ("1", "{}", "{1}", "{{}}", "{{1}}", "{{{}}}", '{["a"]={["b"]={}}}'):
            yield f"new encode_max_depth({depth}) encode({table})"
        for document in ("1", "[]", "[[]]", "[[[]]]", '{"a":{"b":{}}}', "[[1],[[", "[{}]"):
            yield f"new decode_max_depth({depth}) decode({quote(document)})"
    for byte in range(256):
        yield f"cjson.encode({quote(bytes([97, byte, 98]))})"
        yield f"cjson.decode({quote(bytes([byte]))})"
        yield f"cjson.decode({quote(bytes([34, 97, byte, 98, 34]))})"
        yield f"cjson.decode({quote(bytes([34, 92, byte, 34]))})"
        yield f"cjson.decode({quote(bytes([91, 49, byte, 50, 93]))})"
    for document in DOCUMENTS.split("\n"):
        yield f"cjson.decode({quote(document)})"
        yield f"cjson.decode({quote('[' + document + ']')})"
        yield f"new decode_invalid_numbers(false) decode({quote(document)})"
    for document in (
        "", " ", "\0", "1\0", "\0001", "1 \0", "1  \0xyz", "[1,2\0]", "[1,2]\0", "[1,2]]\0", '"a\0b"',
        '"ab\\ud83d\0"', '"\\u\0000"', "12\0003", "tru\0e", "[ \n\r\t1 ]", "1\x0b", "\xef\xbb\xbf1", "\xff\xfe1",
        '"\xff\xfe\x80"', "0." + "0" * 320 + "1", "1" + "0" * 309, "1" + "0" * 308, "0x" + "f" * 260, "1" * 800,
        "0." + "123456789" * 90, "9" * 17, "9" * 18, "9" * 19, "9" * 20, "-" + "9" * 25 + ".5",
    ):
        yield f"cjson.decode({quote(document)})"
    for _ in range(400):
        yield f"cjson.encode({values(random_source)})"
    for _ in range(400):
        yield f"cjson.decode({quote(document_of(random_source))})"
    for _ in range(200):
        yield f"cjson.decode({quote(broken(random_source, document_of(random_source)))})"
    for _ in range(300):
        yield f"cjson.decode({quote(number_text(random_source))})"
    for count in list(range(1, 20)) * 6 + [30, 40, 64, 65, 100, 200]:
        names = [random_source.choice(NAMES) + random_source.choice(("", "_id", "2")) for _ in range(count)]
        if count % 2:
            names = ["%x" % random_source.randrange(1 << 40) for _ in range(count)]
        if count % 4 == 2:
            names = [name * random_source.randrange(1, 20) for name in names]
        fields = ",".join('"%s":%d' % (name, i) for i, name in enumerate(names))
        yield f"cjson.again({quote('{' + fields + '}')})"


NAMES = """id name email user key value type created updated price quantity total status url title body
    tags count first last address city street zip country phone age gender active enabled admin role
    token session expires ttl score level x y z width height color size data meta version""".split()


DOCUMENTS = r"""1
-1
+1
01
-01
00
-0
0.0
1.
.5
-.5
+.5
-.
1e5
1E5
1e+5
1e-5
1e
1e+
1.e5
1e1.5
1.5.5
0x10
0X1F
0x
0xg
0x.8
0x.
0x1.8
0x1p3
0x1p
0x1p+
0x1p-1
-0x1
0x1.fffffffffffff8p0
0x1.fffffffffffff7p0
0x1p-1074
0x1p-1075
0x1.8p-1075
0x1p1024
0x1p99999999999
inf
-inf
+inf
INF
infinity
Infinity
-Infinity
infinit
nan
-nan
+nan
NaN
nAn
nan(1)
nan(
nan()
nan(-)
nano
infx
i
I
N
in
-i
-
+
--1
- 1
1-
1 2
1,
1x
1_0
9007199254740993
123456789012345678901234567890
1e400
-1e400
1e-400
1e23
8.5e22
1e22
1e-22
123456789e-30
5e-324
2.4703282292062328e-324
2.4703282292062327e-324
1.7976931348623157e308
1.7976931348623158e308
1.7976931348623159e308
2.2250738585072011e-308
1e00000000000000000005
1e99999999999999999999
0e99999999999999999999
1e-99999999999999999999
[]
{}
[1]
[1,]
[,1]
[1 2]
[1
[
{
[}
{]
[1}
[1,2]]
[[1],[2,[3]]]
[null]
[null,1]
[true,false]
{"a"
{"a":
{"a":1
{"a":1,
{"a":1,}
{a:1}
{1:2}
{"a" 1}
{"a":}
{"a":1 "b":2}
{"a":1,"a":2}
{"a":1,"a":null}
{"a":1]
{"a":1}}
{"a",1}
{,}
{"a":1,,}
{"a":[]}
{"a":{"b":[1,{"c":2}]}}
{"1":2}
{"":1}
{ "a" : 1 , "b" : [ 1 , 2 ] }
{"a\u0000b":1}
{"a\qb":1}
null
nul
nullx
nullnull
null1
true
tru
truex
True
false
fals
t
f
n
"
"a
"a"
"a"x
"a""b"
"\
"\"
"\u0041"
"\u00e9"
"\u20ac"
"\u007f"
"\u0080"
"\u07ff"
"\u0800"
"\uffff"
"\uFFFE"
"\ud83d\ude00"
"\uD83D\uDE00"
"\uD800\uDC00"
"\uDBFF\uDFFF"
"\ud83d"
"\ud83dx"
"\ud83d\n"
"\ud83d\u0041"
"\ud83d\ud83d"
"\ude00"
"ab\ud83d\
"ab\ud83d\u
"ab\ud83d\udc0
"\u12"
"\u12g4"
"\u 123"
"\u
"\u00
"\u0041
"ab\qcd"
"\/\b\f\n\r\t\"\\"
'a'
/*x*/1
1//
@"""


def document_of(random_source, depth=3):
    pick = random_source.randrange(10 if depth else 6)
    space = random_source.choice(("", "", "", " ", "\n\t"))
    if pick < 2:
        return space + number_text(random_source)
    if pick < 4:
        parts = [
            random_source.choice(
                ("a", "key", "\\n", "\\u%04x" % random_source.randrange(0xD7FF), "\xc3\xa9", "\\\"", "\\/",
                 "\\ud83d\\ude%02x" % random_source.randrange(256), "\\\\", "long text without escapes ")
            )
            for _ in range(random_source.randrange(5))
        ]
        return space + '"' + "".join(parts) + '"'
    if pick < 6:
        return random_source.choice(("true", "false", "null"))
    count = random_source.randrange(5)
    if pick < 8:
        return "[" + ",".join(document_of(random_source, depth - 1) for _ in range(count)) + space + "]"
    fields = (
        '"' + random_source.choice(("a", "b", "id", "name", "a longer name", "")) + '"' + space + ":"
        + document_of(random_source, depth - 1)
        for _ in range(count)
    )
    return "{" + ",".join(fields) + space + "}"


def number_text(random_source):
    digits = "".join(random_source.choice("0123456789") for _ in range(random_source.randrange(1, 22)))
    text = random_source.choice(("", "", "-")) + digits
    if random_source.randrange(2):
        text += "." + str(random_source.randrange(10 ** random_source.randrange(1, 20)))
    if random_source.randrange(3) == 0:
        text += random_source.choice("eE") + random_source.choice(("", "+", "-"))
        text += str(random_source.randrange(random_source.choice((3, 25, 330))))
    return text


def broken(random_source, document):
    data = list(document)
    for _ in range(random_source.randrange(1, 3)):
        at = random_source.randrange(len(data) + 1)
        pick = random_source.randrange(3)
        if pick == 0:
            data[at:at] = random_source.choice('{}[],:"\\01-.eutfn \0x')
        elif pick == 1:
            del data[at : at + 1]
        else:
            data = data[:at]
    return "".join(data)


def cmsgpack(random_source):
    for function in ("pack", "unpack", "unpack_one", "unpack_limit"):
        for args in CONSTANTS + ["null", "1,2,3", "nil,nil", '"a",1', '"\\1\\2\\3",1,1', '"",1', "{},1"]:
            yield f"cmsgpack.{function}({args})"
    numbers = ["0", "-0", "1.5", "0.1", "1/3", "-0.1", "inf", "-inf", "nan", "1e300", "-1e300", "1e38", "3.4e38",
               "5e-324", "2^-126", "2^-149", "2^-150", "16777217.5", "16777215.5", "9007199254740993", "2^63", "-2^63",
               "2^64", "-2^64", "2^100", "2^62", "-2^62"]
    for bits in (5, 7, 8, 15, 16, 31, 32, 52, 53):
        for near in (-2, -1, 0, 1):
            numbers += [str((1 << bits) + near), str(-(1 << bits) - near)]
    for text in numbers:
        yield f"cmsgpack.pack({text})"
        yield f"cmsgpack.pack({{{text}}})"
    for length in (0, 1, 31, 32, 33, 255, 256, 257):
        yield f"cmsgpack.pack({quote('x' * length)})"
    for table in """{} {1} {1,2,3} {1,nil,3} {[2]=1} {[0]=1} {[1.5]=1} {[true]=1} {[{}]=1} {[1e300]=1} {["a"]={}} {{},{}}
            {[null]=1} {null} {{{{{{{{{{{{{{{1}}}}}}}}}}}}}}} {{{{{{{{{{{{{{{{1}}}}}}}}}}}}}}}} {[-1]=1} {["1"]=1}
            {{{{{{{{{{{{{{{{{1}}}}}}}}}}}}}}}}} {[4294967297]=1} {[1]=1,[2]=2,[4]=4}""".split():
        yield f"cmsgpack.pack({table})"
    for count in (15, 16, 17, 255, 256, 300):
        yield f"cmsgpack.pack({{{','.join('1' for _ in range(count))}}})"
    for first in range(256):
        for rest in (b"", b"\x00\x01a", b"\x00\x00\x00\x01\x01\x01\x05\x06"):
            yield f"cmsgpack.unpack({quote(bytes([first]) + rest)})"
    offsets = ("", ",0", ",1", ",2", ",3", ",4", ",-1", ',"1"', ',"x"', ",nil", ",{}", ",1.9", ",-0.5", ",2^31", ",2^32")
    for data in (b"", b"\1", b"\1\2\3", b"\xa2ab\x91\1\xc0", b"\1\xc1", b"\xc1", b"\1\xa5"):
        for offset in offsets:
            yield f"cmsgpack.unpack_one({quote(data)}{offset})"
            yield f"cmsgpack.unpack_limit({quote(data)}{offset})"
            yield f"cmsgpack.unpack({quote(data)}{offset})"
            for limit in (0, 1, 2, 5, -1):
                yield f"cmsgpack.unpack_limit({quote(data)},{limit}{offset})"
    for _ in range(300):
        yield f"cmsgpack.pack({','.join(values(random_source) for _ in range(random_source.randrange(1, 4)))})"
    for _ in range(400):
        yield f"cmsgpack.unpack({quote(packed(random_source))})"
    for count in list(range(1, 16)) * 8:
        data = bytes([0x80 + count])
        for _ in range(count):
            key = random_source.choice((b"\xcd" + random_source.randbytes(2), bytes([random_source.randrange(128)]),
                                        b"\xa4" + random_source.randbytes(4), b"\xcb" + random_source.randbytes(8),
                                        b"\xc2", b"\xc3", b"\xd3\xff" + random_source.randbytes(7)))
            data += key + (b"\xc0" if count % 3 == 0 and random_source.randrange(4) == 0 else b"\1")
        yield f"cmsgpack.again({quote(data)})"
    for _ in range(200):
        data = bytearray(packed(random_source))
        data[random_source.randrange(len(data))] = random_source.randrange(256)
        yield f"cmsgpack.unpack({quote(bytes(data[: random_source.randrange(len(data) + 1)]))})"


def packed(random_source, depth=3):
    pick = random_source.randrange(11 if depth else 8)
    if pick < 2:
        return bytes([random_source.choice((0, 1, 127, 224, 255, 192, 194, 195))])
    if pick < 4:
        code = random_source.choice((0xCC, 0xCD, 0xCE, 0xCF, 0xD0, 0xD1, 0xD2, 0xD3))
        return bytes([code]) + random_source.randbytes(1 << (code & 3))
    if pick == 4:
        return b"\xca" + struct.pack(">f", random_source.uniform(-9, 9))
    if pick == 5:
        return b"\xcb" + struct.pack(">d", random_source.uniform(-9, 9))
    if pick < 8:
        data = random_source.randbytes(random_source.randrange(6))
        head = [bytes([0xA0 + len(data)]), bytes([0xD9, len(data)]), b"\xda\0" + bytes([len(data)])]
        return random_source.choice(head) + data
    count = random_source.randrange(4)
    if pick < 10:
        head = random_source.choice((bytes([0x90 + count]), b"\xdc\0" + bytes([count]), b"\xdd\0\0\0" + bytes([count])))
        return head + b"".join(packed(random_source, depth - 1) for _ in range(count))
    head = random_source.choice((bytes([0x80 + count]), b"\xde\0" + bytes([count])))
    keys = b"\xa1k \x07 \xc3".split(b" ")
    return head + b"".join(keys[i] + packed(random_source, depth - 1) for i in range(count))


def struct_library(random_source):
    for args in CONSTANTS + ['""', '"b"', '"b",nil', '"b",""', '"b",{}', '{},"a"', "12"]:
        for function in ("pack", "unpack", "size"):
            yield f"struct.{function}({args})"
    for char in range(1, 256):
        yield f"struct.size({quote(bytes([char]))})"
        yield f'struct.pack({quote(bytes([char]))},"1")'
        yield f'struct.unpack({quote(bytes([char]))},"12345678abc\\0")'
    for size in list(range(1, 34)) + [0, 99, 2147483647, 2147483648, 4294967297]:
        for format in (f"i{size}", f">i{size}", f"!i{size}", f"!4bI{size}", f"bI{size}b"):
            yield f'struct.size("{format}")'
            yield f'struct.pack("{format}",-2,300,-400)'
            if size < 40:
                yield f'struct.unpack("{format}",{quote(random_source.randbytes(40))})'
    for align in (0, 1, 2, 3, 4, 5, 8, 12, 16, 32, 33, 64, 1024, 2147483647, 2147483648):
        for format in ("bi", "bd", "bi16", "bc3h", "xl"):
            yield f'struct.size("!{align}{format}")'
            yield f'struct.pack("!{align}{format}",1,"234","5")'
    numbers = ["0", "-0", "1", "-1", "1.9", "-1.9", "127", "128", "255", "256", "-129", "65536", "2^31", "2^32", "2^40+7",
               "2^53", "2^62", "2^63", "1.5*2^63", "2^64", "-2^63", "-2^64", "1e300", "-1e300", "inf", "-inf", "nan",
               '"5"', '"x"', '"0x10"', "nil", "{}", "true", "null", "3.5e38", "0.1", "1e-50"]
    for text in numbers:
        for format in ("b", "B", "h", "H", "i", "I", "l", "L", "T", "f", "d", "i8", "I8", "i3", ">i5", ">f", ">d", "i16"):
            yield f'struct.pack("{format}",{text})'
    for format in ("s", "c0", "c1", "c", "c3", "c4", "sb", "c0b", "!4sc0", "c99999999999", "c2147483647", "c2147483648"):
        for text in ('"abc"', '""', '"a\\0b"', "12", "nil", "{}", '"abc",1'):
            yield f'struct.pack("{format}",{text})'
    for format in ("s", "c0", "c2", "c4", "bc0", "Bc0", "sc0", "dc0", "bxc0", "bc0c0", "i0c0", "c1c0", "ss", "bb", "xb", "",
                   ">", "!4bi", "c2147483647", "bc2147483647", "q", "i33", "b q", "!3b", "d", "f", "l", "L", ">T"):
        for data in (b"abc\0def", b"", b"\0", b"\1a", b"\2abc", b"\4abc", b"\xffabc", b"2\0abc", b"x\0abc", b"12345678",
                     struct.pack("<d", 1.5) + b"abc", struct.pack("<d", float("inf")) + b"abc",
                     struct.pack("<d", float("nan")) + b"abc", struct.pack("<d", -0.5) + b"abc",
                     struct.pack("<d", 2.0**64) + b"abc", struct.pack("<d", -1) + b"abc", b"\xff" * 12):
            yield f'struct.unpack("{format}",{quote(data)})'
    for offset in ("1", "2", "3", "4", "5", "0", "-1", "-3", '"2"', '"x"', "nil", "1.9", "2^31", "2^40", "2^53", "2^63",
                   "-2^63", "{}", "1,2,3"):
        for format in ("", "b", "s", "x", "i0", "!4h", "c0", "!8i8"):
            yield f'struct.unpack("{format}","ab\\0",{offset})'
    for _ in range(400):
        format = "".join(random_source.choice(OPTIONS) for _ in range(random_source.randrange(1, 7)))
        yield f'struct.size("{format}")'
        yield f'struct.unpack("{format}",{quote(random_source.randbytes(40) + bytes(1))})'
        args = ",".join(random_source.choice((number(random_source), '"abcdefgh"', '"12"')) for _ in range(6))
        yield f'struct.pack("{format}",{args})'


OPTIONS = "b B h H i I l L T f d s x c0 c1 c3 i1 i3 i4 i8 I2 I5 < > ! !2 !4 !8".split() + [" "]


def bit(random_source):
    numbers = ["nil", "0", "1", "-1", "1.5", "-1.5", "0.5", "2.5", "-0.5", "-2.5", "2^31", "2^32", "2^32+5", "2^53",
               "-2^53", "1e20", "-1e20", "nan", "inf", "-inf", '"5"', '"0x10"', '"x"', "{}", "true", "null",
               "2147483647.5", "4503599627370497.5", "-2147483649", "0x87654321", "1e15"]
    for function in ("tobit", "bnot", "bswap", "tohex"):
        yield f"bit.{function}()"
        for text in numbers:
            yield f"bit.{function}({text})"
            yield f"bit.{function}({text},1)"
    for function in ("band", "bor", "bxor", "lshift", "rshift", "arshift", "rol", "ror", "tohex"):
        yield f"bit.{function}()"
        for text in numbers:
            yield f"bit.{function}(0x87654321,{text})"
            yield f"bit.{function}({text},0x12345678)"
            yield f"bit.{function}(3,{text},6)"
            yield f"bit.{function}({text})"
    for function in ("band", "bor", "bxor"):
        yield f'bit.{function}(1,2,3,4,5,"6")'
        yield f"bit.{function}(255,nil,nil)"
    for count in list(range(-10, 11)) + [31, 32, 33, 63, 64, 2147483648, -2147483648]:
        for function in ("lshift", "rshift", "arshift", "rol", "ror", "tohex"):
            yield f"bit.{function}(0x87654321,{count})"
            yield f"bit.{function}({random_source.randrange(-(1 << 40), 1 << 40)},{count})"


def script(call):
    if ".again(" in call:
        call = "again." + call.replace(".again(", "(", 1)
    if call.startswith("new "):
        *settings, last = split(call[4:])
        body = "local C = cjson.new() " + " ".join("C." + setting for setting in settings) + " "
        call = "C." + last
    else:
        body = ""
    return f"{PRELUDE} {body} return outcome(pcall(function() return {call} end))"


def split(calls):
    """`a(1) b(2)` as its calls: only the last has a space in its arguments."""
    name, rest = calls.split("(", 1)
    first, separator, others = rest.partition(") ")
    if separator and "(" in others and others.split("(", 1)[0].isidentifier():
        return [name + "(" + first + ")"] + split(others)
    return [calls]


def main():
    redis = Redis(int(sys.argv[1]))
    for name, calls in (("cjson", cjson), ("cmsgpack", cmsgpack), ("struct", struct_library), ("bit", bit)):
        lines = {}
        for call in calls(random.Random(name)):
            lines.setdefault(call, redis.eval(script(call)))
        text = "".join(f"{call}\t{outcome}\n" for call, outcome in lines.items())
        (GOLDEN / f"{name}.txt").write_text(text, encoding="latin1", newline="\n")
        print(f"{name}: {len(lines)} calls")


if __name__ == "__main__":
    main()
