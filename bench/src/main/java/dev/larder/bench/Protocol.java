package dev.larder.bench;

/** How the operations look on the wire, request and reply. */
enum Protocol {
  RESP {
    @Override
    String requestText(Operation operation, int valueLength) {
      String value = "$16\r\n@K\r\n$" + valueLength + "\r\n@V\r\n";
      return switch (operation) {
        case GET -> "*2\r\n$3\r\nGET\r\n$16\r\n@K\r\n";
        case SET -> "*3\r\n$3\r\nSET\r\n" + value;
        case SET_VOLATILE -> "*5\r\n$3\r\nSET\r\n" + value + "$4\r\nPXAT\r\n$13\r\n@T\r\n";
      };
    }

    @Override
    String replyText(Operation operation, int valueLength) {
      return switch (operation) {
        case GET -> "$" + valueLength + "\r\n@V\r\n";
        case SET, SET_VOLATILE -> "+OK\r\n";
      };
    }
  },

  /** Memcached's meta commands: replies to its classic get are written one by one, however deep. */
  MEMCACHED {
    @Override
    String requestText(Operation operation, int valueLength) {
      return switch (operation) {
        case GET -> "mg @K v\r\n";
        case SET -> "ms @K " + valueLength + "\r\n@V\r\n";
        // A far deadline is as good as any where only the memory it takes is measured.
        case SET_VOLATILE -> "ms @K " + valueLength + " T1000000\r\n@V\r\n";
      };
    }

    @Override
    String replyText(Operation operation, int valueLength) {
      return switch (operation) {
        case GET -> "VA " + valueLength + "\r\n@V\r\n";
        case SET, SET_VOLATILE -> "HD\r\n";
      };
    }
  };

  abstract String requestText(Operation operation, int valueLength);

  abstract String replyText(Operation operation, int valueLength);

  Template request(Operation operation, Workload workload) {
    int valueLength = workload.valueLength();
    return Template.of(requestText(operation, valueLength), valueLength, workload.deadlines());
  }

  /** The reply to an operation on a key that exists. */
  Template reply(Operation operation, Workload workload) {
    int valueLength = workload.valueLength();
    return Template.of(replyText(operation, valueLength), valueLength, Deadlines.NONE);
  }
}
