package dev.larder.bench;

/** How a GET and a SET look on the wire, request and reply. */
enum Protocol {
  RESP {
    @Override
    Template request(Operation operation, int valueLength) {
      String text =
          switch (operation) {
            case GET -> "*2\r\n$3\r\nGET\r\n$16\r\n@K\r\n";
            case SET -> "*3\r\n$3\r\nSET\r\n$16\r\n@K\r\n$" + valueLength + "\r\n@V\r\n";
          };
      return Template.of(text, valueLength);
    }

    @Override
    Template reply(Operation operation, int valueLength) {
      return Template.of(
          switch (operation) {
            case GET -> "$" + valueLength + "\r\n@V\r\n";
            case SET -> "+OK\r\n";
          },
          valueLength);
    }
  },

  /** Memcached's meta commands: replies to its classic get are written one by one, however deep. */
  MEMCACHED {
    @Override
    Template request(Operation operation, int valueLength) {
      String text =
          switch (operation) {
            case GET -> "mg @K v\r\n";
            case SET -> "ms @K " + valueLength + "\r\n@V\r\n";
          };
      return Template.of(text, valueLength);
    }

    @Override
    Template reply(Operation operation, int valueLength) {
      return Template.of(
          switch (operation) {
            case GET -> "VA " + valueLength + "\r\n@V\r\n";
            case SET -> "HD\r\n";
          },
          valueLength);
    }
  };

  abstract Template request(Operation operation, int valueLength);

  /** The reply to an operation on a key that exists. */
  abstract Template reply(Operation operation, int valueLength);
}
