package dev.larder.acl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.larder.command.CommandException;
import dev.larder.command.CommandTable;
import dev.larder.command.ErrorReply;
import dev.larder.config.Config;
import dev.larder.config.ConfigException;
import dev.larder.config.FileReplacement;
import dev.larder.config.Options;
import dev.larder.config.Setting;
import dev.larder.config.UserLine;
import dev.larder.metrics.AccessDenials;
import dev.larder.metrics.AccessLog;
import dev.larder.resp.ByteString;
import dev.larder.session.Session;
import dev.larder.session.Sessions;
import dev.larder.session.Subscriptions;
import dev.larder.session.Subscriptions.Kind;
import dev.larder.session.User;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The users of a server. Any thread may look them up and authenticate, without a lock; changes are
 * made one at a time. Names and rules have one char a byte.
 */
public final class AclUsers {
  private static final ErrorReply BAD_NAME =
      ErrorReply.of("ERR Usernames can't contain spaces or null characters");
  private static final ErrorReply DEFAULT_STAYS =
      ErrorReply.of("ERR The 'default' user cannot be removed");

  private final Sessions sessions;
  private final AccessDenials denials;
  private final Setting<String> channelsOfNewUsers;

  /** The path of the file with the users, empty if there is none. */
  private final String file;

  /** Held while the file is read or written, which no event loop waits for. */
  private final Object fileLock = new Object();

  /** In the order of their names' bytes. */
  private final NavigableMap<String, AclUser> byName = new ConcurrentSkipListMap<>();

  private final AclUser defaultUser = new AclUser(User.DEFAULT_NAME, UserRules.TRUSTED);

  /**
   * The default user alone, who has the password that is configured, and follows it.
   *
   * @param denials counts those who fail to authenticate
   */
  public AclUsers(Config config, Sessions sessions, AccessDenials denials) {
    this.sessions = sessions;
    this.denials = denials;
    this.channelsOfNewUsers = config.setting(Options.ACL_PUBSUB_DEFAULT);
    this.file = config.get(Options.ACLFILE);
    byName.put(User.DEFAULT_NAME, defaultUser);
    String password = config.get(Options.REQUIREPASS);
    if (!password.isEmpty()) {
      defaultPassword(password);
    }
    config.onChange(Options.REQUIREPASS, this::defaultPassword);
    denials.log().maxEntries(config.get(Options.ACLLOG_MAX_LEN));
    config.onChange(Options.ACLLOG_MAX_LEN, denials.log()::maxEntries);
  }

  /** Gives the default user this password only; none if it is empty. */
  private synchronized void defaultPassword(String password) {
    UserRules rules = defaultUser.rules();
    List<String> hashes =
        password.isEmpty() ? List.of() : List.of(PasswordHash.of(password.getBytes(UTF_8)));
    defaultUser.rules(
        new UserRules(
            rules.isEnabled(),
            password.isEmpty(),
            rules.sanitizing(),
            hashes,
            rules.permissions()));
  }

  private boolean hasChannelsByDefault() {
    return channelsOfNewUsers.get().equals("allchannels");
  }

  /**
   * Makes the users that are configured; the default user's rules replace those it has.
   *
   * @throws ConfigException with the place of the line that cannot be followed, and why
   */
  public void load(List<UserLine> lines, CommandTable commands) throws ConfigException {
    if (!file.isEmpty()) {
      if (!lines.isEmpty()) {
        throw new ConfigException(
            lines.getFirst().at()
                + "users are in the file that aclfile names, or here, not in both");
      }
      loadFile(commands);
      return;
    }
    Map<String, UserRules> loaded = parse(lines, commands);
    synchronized (this) {
      loaded.forEach(this::put);
    }
  }

  /** Whether the users are in a file of their own. */
  public boolean hasFile() {
    return !file.isEmpty();
  }

  /**
   * Has the users be those of their file, all or none. Clients whose user is gone have to go, and
   * those that listen to what theirs may not hear any more. Reads a file.
   *
   * @throws ConfigException with all that is wrong in the file, in one line
   */
  public void loadFile(CommandTable commands) throws ConfigException {
    Map<String, UserRules> loaded;
    synchronized (fileLock) {
      try {
        loaded = parse(UserFile.read(Path.of(file)), commands);
      } catch (IOException e) {
        throw new ConfigException("cannot read the users: " + FileReplacement.reason(e), e);
      }
      loaded.putIfAbsent(User.DEFAULT_NAME, UserRules.TRUSTED);
      replaceAll(loaded);
    }
  }

  private synchronized void replaceAll(Map<String, UserRules> loaded) {
    for (AclUser user : List.copyOf(byName.values())) {
      if (!loaded.containsKey(user.name())) {
        byName.remove(user.name());
        user.delete();
      }
    }
    loaded.forEach(this::put);
    sessions.forEach(session -> {
      if (session.user() instanceof AclUser user) {
        if (user.isDeleted()) {
          session.close();
        } else {
          endIfDenied(session, user);
        }
      }
    });
  }

  /**
   * Has the file say what users there are. Writes a file.
   *
   * @throws IOException if it is as it was
   */
  public void saveFile() throws IOException {
    synchronized (fileLock) {
      UserFile.write(Path.of(file), byName.values());
    }
  }

  private Map<String, UserRules> parse(List<UserLine> lines, CommandTable commands)
      throws ConfigException {
    Map<String, UserRules> users = new LinkedHashMap<>();
    for (UserLine line : lines) {
      String name = bytes(line.name());
      if (users.containsKey(name)) {
        throw new ConfigException(line.at() + "Duplicate user '" + line.name() + "'");
      }
      if (UserEditor.hasSpaces(name)) {
        throw new ConfigException(line.at() + BAD_NAME.text().substring("ERR ".length()));
      }
      UserEditor editor = editor(UserRules.none(hasChannelsByDefault()), commands);
      try {
        for (String modifier : joined(line.rules().stream().map(AclUsers::bytes).toList())) {
          follow(editor, modifier, line.at());
        }
      } catch (RuleException e) {
        throw new ConfigException(line.at() + e.getMessage(), e);
      }
      users.put(name, editor.rules());
    }
    return users;
  }

  private static void follow(UserEditor editor, String modifier, String at) throws ConfigException {
    try {
      editor.follow(modifier);
    } catch (RuleException e) {
      // A log is no place for passwords, nor for what was meant to be one.
      boolean isSecret = !modifier.isEmpty() && "<>#!(".indexOf(modifier.charAt(0)) >= 0;
      String shown = isSecret ? modifier.charAt(0) + "..." : modifier;
      String text = new String(shown.getBytes(ISO_8859_1), UTF_8);
      throw new ConfigException(at + "rule '" + text + "': " + e.getMessage(), e);
    }
  }

  /**
   * The users as lines of a configuration file, in order; those that {@link #load} would make.
   *
   * @throws ConfigException if a file, which is text in UTF-8, cannot hold them
   */
  public List<UserLine> lines() throws ConfigException {
    if (!file.isEmpty()) {
      // They are in a file of their own.
      return List.of();
    }
    List<UserLine> lines = new ArrayList<>();
    for (AclUser user : byName.values()) {
      String name = new String(user.name().getBytes(ISO_8859_1), UTF_8);
      String rules = new String(user.rules().text().getBytes(ISO_8859_1), UTF_8);
      if (!bytes(name).equals(user.name()) || !bytes(rules).equals(user.rules().text())) {
        throw new ConfigException("user " + name + " is not text in UTF-8");
      }
      lines.add(new UserLine("user " + name + ": ", name, List.of(rules.split(" "))));
    }
    return lines;
  }

  private static String bytes(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  private UserEditor editor(UserRules start, CommandTable commands) {
    return new UserEditor(start, commands, hasChannelsByDefault());
  }

  private AclUser put(String name, UserRules rules) {
    AclUser user = byName.get(name);
    if (user == null) {
      user = new AclUser(name, rules);
      byName.put(name, user);
    } else {
      user.rules(rules);
    }
    return user;
  }

  /**
   * ACL SETUSER: changes a user, or makes a new one; follows all modifiers or none.
   *
   * @throws CommandException if one of them cannot be followed
   */
  public synchronized void set(String name, List<String> modifiers, CommandTable commands)
      throws CommandException {
    if (UserEditor.hasSpaces(name)) {
      throw new CommandException(BAD_NAME);
    }
    AclUser user = byName.get(name);
    UserRules start = user == null ? UserRules.none(hasChannelsByDefault()) : user.rules();
    UserEditor editor = editor(start, commands);
    try {
      for (String modifier : joined(modifiers)) {
        follow(editor, modifier);
      }
    } catch (RuleException e) {
      throw new CommandException("ERR " + e.getMessage());
    }
    AclUser changed = put(name, editor.rules());
    sessions.forEach(session -> endIfDenied(session, changed));
  }

  /** Who listens to a channel that its user may not hear any more has to go. */
  private static void endIfDenied(Session session, AclUser changed) {
    Subscriptions all = session.subscriptions();
    if (session.user() != changed || all == null) {
      return;
    }
    Permissions permissions = AclUser.permissions(changed);
    for (Kind kind : Kind.values()) {
      for (ByteString name : all.names(kind)) {
        if (!permissions.allowChannel(name.toArray(), kind == Kind.PATTERN)) {
          session.close();
          return;
        }
      }
    }
  }

  private static void follow(UserEditor editor, String modifier) throws CommandException {
    try {
      editor.follow(modifier);
    } catch (RuleException e) {
      int nul = modifier.indexOf('\0');
      String shown = nul < 0 ? modifier : modifier.substring(0, nul);
      throw new CommandException(
          "ERR Error in ACL SETUSER modifier '" + shown + "': " + e.getMessage());
    }
  }

  /** The modifiers with those in parentheses made one. */
  private static List<String> joined(List<String> modifiers) throws RuleException {
    List<String> all = new ArrayList<>(modifiers.size());
    StringBuilder open = new StringBuilder();
    String start = "";
    for (String modifier : modifiers) {
      if (start.isEmpty() && !modifier.startsWith("(")) {
        all.add(modifier);
        continue;
      }
      start = start.isEmpty() ? modifier : start;
      open.append(open.isEmpty() ? "" : " ").append(modifier);
      if (modifier.endsWith(")")) {
        all.add(open.toString());
        open.setLength(0);
        start = "";
      }
    }
    if (!start.isEmpty()) {
      throw new RuleException("Unmatched parenthesis in acl selector starting at '" + start + "'.");
    }
    return all;
  }

  /**
   * ACL DELUSER: users go, and the connections of all who are one of them.
   *
   * @param by whose connection ends once it is answered, if it is such a user's
   * @return how many users there were
   * @throws CommandException if the default user is among them; then nobody goes
   */
  public synchronized int delete(Collection<String> names, Session by) throws CommandException {
    if (names.contains(User.DEFAULT_NAME)) {
      throw new CommandException(DEFAULT_STAYS);
    }
    int deleted = 0;
    for (String name : names) {
      AclUser user = byName.remove(name);
      if (user != null) {
        user.delete();
        deleted++;
      }
    }
    if (deleted > 0) {
      // Who is authenticating at this moment will see it, or is seen here.
      sessions.forEach(session -> endIfDeleted(session, by));
    }
    return deleted;
  }

  private static void endIfDeleted(Session session, Session by) {
    if (!(session.user() instanceof AclUser user && user.isDeleted())) {
      return;
    }
    if (session == by) {
      session.closeAfterReply();
    } else {
      session.close();
    }
  }

  /**
   * Makes a session's user the one of this name.
   *
   * @param by the command that asks for it, for the log
   * @return whether the password is right, and the user enabled
   */
  public boolean authenticate(Session session, String name, byte[] password, String by) {
    AclUser user = byName.get(name);
    boolean isShort = password.length <= PasswordHash.MAX_PASSWORD_BYTES;
    // Takes its time for an unknown user as well, so that it does not tell who is known.
    String hash = isShort ? PasswordHash.of(password) : "";
    if (user == null || !isShort || !user.rules().accepts(hash)) {
      denials.authentication();
      String context = session.isInTransaction() ? AccessCheck.IN_MULTI : AccessCheck.TOP_LEVEL;
      denials.log().add("auth", context, by, name, AccessCheck.line(session));
      return false;
    }
    session.authenticate(user);
    if (user.isDeleted()) {
      session.closeAfterReply();
    }
    return true;
  }

  /** Who a client is that has not authenticated. */
  public User defaultUser() {
    return defaultUser;
  }

  /** Whether the default user needs a password, be it enabled or not. */
  public boolean isPasswordNeeded() {
    return !defaultUser.rules().needsNoPassword();
  }

  /**
   * Makes a session's user the one of this name, if there is one that is enabled.
   *
   * @param session one that others find already
   * @param name in any letters
   */
  public void authenticateCertified(Session session, String name) {
    AclUser user = byName.get(bytes(name));
    if (user != null && user.rules().isEnabled()) {
      session.authenticate(user);
      if (user.isDeleted()) {
        session.closeAfterReply();
      }
    }
  }

  /** The user of this name, or null. */
  public @Nullable AclUser find(String name) {
    return byName.get(name);
  }

  /** What was denied to clients. */
  public AccessLog deniedLog() {
    return denials.log();
  }

  /** All users in the order of their names. */
  public Collection<AclUser> all() {
    return byName.values();
  }
}
