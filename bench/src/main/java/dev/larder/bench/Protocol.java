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

  MEMCACHED {
    @Override
    Template request(Operation operation, int valueLength) {
      String text =
          switch (operation) {
            case GET -> "get @K\r\n";
            case SET -> "set @K 0 0 " + valueLength + "\r\n@V\r\n";
          };
      return Template.of(text, valueLength);
    }

    @Override
    Template reply(Operation operation, int valueLength) {
      return Template.of(
          switch (operation) {
            case GET -> "VALUE @K 0 " + valueLength + "\r\n@V\r\nEND\r\n";
            case SET -> "STORED\r\n";
          },
          valueLength);
    }
  };

  abstract Template request(Operation operation, int valueLength);

  /** The reply to an operation on a key that exists. */
  abstract Template reply(Operation operation, int valueLength);
}
