package dev.larder.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineMemoryTest {
  private static final long MIB = 1L << 20;
  private static final String SECOND =
      "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";

  @TempDir Path root;

  @BeforeEach
  void machineOf8Gigabytes() throws IOException {
    write("proc/meminfo", "MemTotal:        8388608 kB\nMemFree:  1 kB\n");
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private MachineMemory machine() {
    return MachineMemory.at(root);
  }

  @Test
  void withoutCgroupsThereIsNoLimit() {
    assertThat(machine().isLimited()).isFalse();
    assertThat(machine().limitBytes()).isEqualTo(MachineMemory.NONE);
    assertThat(machine().mostBytes()).isEqualTo(8192 * MIB);
    assertThat(MemoryBudget.defaultLimit(machine())).isZero();
  }

  @Test
  void nothingIsKnownWhereThereAreNoFiles() {
    MachineMemory unknown = MachineMemory.at(root.resolve("nowhere"));

    assertThat(unknown.totalBytes()).isEqualTo(MachineMemory.NONE);
    assertThat(unknown.isLimited()).isFalse();
    assertThatThrownBy(() -> MemoryBudget.share(50, unknown))
        .hasMessage("how much memory there is, is not known here: give a number");
  }

  @Test
  void lowestLimitOnTheWayUpCounts() throws IOException {
    write("proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda rw\n" + SECOND);
    write("proc/self/cgroup", "0::/pod/box\n");
    write("sys/fs/cgroup/pod/memory.max", 1024 * MIB + "\n");
    write("sys/fs/cgroup/pod/memory.high", "max\n");
    write("sys/fs/cgroup/pod/box/memory.max", "max\n");
    assertThat(machine().limitBytes()).isEqualTo(1024 * MIB);

    write("sys/fs/cgroup/pod/box/memory.high", 512 * MIB + "\n");
    assertThat(machine().limitBytes()).isEqualTo(512 * MIB);
    assertThat(machine().isLimited()).isTrue();
  }

  @Test
  void ownCgroupMayBeTheRootThatIsSeen() throws IOException {
    write("proc/self/mountinfo", SECOND);
    write("proc/self/cgroup", "0::/\n");
    write("sys/fs/cgroup/memory.max", 256 * MIB + "\n");

    assertThat(machine().limitBytes()).isEqualTo(256 * MIB);
  }

  @Test
  void firstVersionHasAMountForMemory() throws IOException {
    write(
        "proc/self/mountinfo",
        """
        30 22 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
        31 30 0:28 /docker/abc /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
        34 30 0:31 /docker/abc /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
        """);
    write("proc/self/cgroup", "5:cpu:/docker/abc\n4:memory:/docker/abc/inner\n0::/docker/abc\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", 300 * MIB + "\n");
    write("sys/fs/cgroup/memory/inner/memory.limit_in_bytes", "9223372036854771712\n");
    write("sys/fs/cgroup/cpu/memory.limit_in_bytes", "1\n");

    assertThat(machine().limitBytes()).isEqualTo(300 * MIB);
  }

  @Test
  void pathOutsideOfTheMountIsTakenForItsRoot() throws IOException {
    write(
        "proc/self/mountinfo",
        "34 30 0:31 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
    write("proc/self/cgroup", "4:memory:/elsewhere\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", 300 * MIB + "\n");

    assertThat(machine().limitBytes()).isEqualTo(300 * MIB);
  }

  @Test
  void hugeLimitIsNone() throws IOException {
    write("proc/self/mountinfo", SECOND);
    write("proc/self/cgroup", "0::/\n");
    write("sys/fs/cgroup/memory.max", "9223372036854771712\n");

    assertThat(machine().isLimited()).isFalse();
    assertThat(MemoryBudget.defaultLimit(machine())).isZero();
  }

  @Test
  void nonsenseIsNoLimit() throws IOException {
    write("proc/self/mountinfo", "nonsense\n" + SECOND + "\n - \n");
    write("proc/self/cgroup", "::::\nx\n0::/../..\n");
    write("sys/fs/cgroup/memory.max", "much\n");

    assertThat(machine().limitBytes()).isEqualTo(MachineMemory.NONE);
  }

  @Test
  void shareIncludesTheJvm() throws Exception {
    assertThat(MemoryBudget.share(50, machine()) >> 20).isEqualTo(4096 - 100 - 1);
    assertThatThrownBy(() -> MemoryBudget.share(101, machine()))
        .hasMessage("percentage argument must be less or equal to 100");
    assertThatThrownBy(() -> MemoryBudget.share(1, machine()))
        .hasMessage("1% of 8192 MB is less than the 100 MB that the server needs for itself");
  }

  @Test
  void defaultLeavesRoomForTheJvmAndAMargin() throws IOException {
    write("proc/self/mountinfo", SECOND);
    write("proc/self/cgroup", "0::/\n");
    write("sys/fs/cgroup/memory.max", 1000 * MIB + "\n");
    assertThat(MemoryBudget.defaultLimit(machine())).isEqualTo(850 * MIB);
    assertThat(MemoryBudget.isTight(machine())).isFalse();

    write("sys/fs/cgroup/memory.max", 64 * MIB + "\n");
    assertThat(MemoryBudget.defaultLimit(machine())).isEqualTo(8 * MIB);
    assertThat(MemoryBudget.isTight(machine())).isTrue();
  }
}
