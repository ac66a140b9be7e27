package dev.larder.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * A server that can be started.
 *
 * @param name as it is shown
 * @param command all arguments except the port
 * @param portOption the option that the port follows
 * @param cores taskset's list of cores, empty for all
 */
record ServerSpec(
    String name, Protocol protocol, List<String> command, String portOption, String cores) {

  ServerSpec named(String newName) {
    return new ServerSpec(newName, protocol, command, portOption, cores);
  }

  ServerSpec on(String newCores) {
    return new ServerSpec(name, protocol, command, portOption, newCores);
  }

  List<String> commandLine(int port) {
    List<String> line = new ArrayList<>();
    if (!cores.isEmpty()) {
      line.addAll(List.of("taskset", "-c", cores));
    }
    line.addAll(command);
    line.addAll(List.of(portOption, Integer.toString(port)));
    return line;
  }
}
