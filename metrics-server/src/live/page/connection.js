// The connection: one WebSocket at a time, opened again when it is lost, and what to tell people about it.

/** The first wait before it is opened again and the longest, in milliseconds. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 15_000;
/** The server says something every 15 s, if only that it is there; after this silence it is not. */
const SILENCE = 40_000;
/** Close codes after which the server does not want us back. */
const isFinal = (code) => code === 1008 || (code >= 4500 && code < 5000);

const REASONS = new Map([
  [1001, "the server has shut down"],
  [1006, "the connection broke"],
  [1009, "a message was too big"],
  [1013, "the stream has its most clients"],
  [4008, "this page was too slow to keep up"],
]);

/** How long to wait before this attempt: doubled each time, and never the same for two pages. */
export function wait(attempt, random = Math.random()) {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt) * (0.5 + random / 2);
}

/**
 * Tells of itself with the events `state` and `frame`, and `restart` when another process answers than before.
 * `state` is `connecting`, `live`, `waiting` (until `retryAt`, a `performance.now()`) or `refused`.
 */
export class Connection extends EventTarget {
  state = "connecting";
  reason = "";
  retryAt = 0;

  #url;
  #socket = null;
  #attempt = 0;
  #epoch = null;
  #seq = 0;
  #timer = 0;
  #watchdog = 0;

  constructor(url) {
    super();
    this.#url = url;
  }

  /** Opens it now, whatever it was waiting for. */
  open() {
    clearTimeout(this.#timer);
    this.#drop();
    this.#seq = 0;
    this.#tell("connecting", this.reason);
    const address = new URL(this.#url);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address, ["metricset.v1+json"]);
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => (opened = true);
    socket.onmessage = ({ data }) => this.#socket === socket && this.#hear(data);
    socket.onclose = ({ code }) => this.#socket === socket && this.#lost(code, opened);
    this.#watch();
  }

  /** Says something to the server, if it listens. */
  send(request) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(request));
  }

  #hear(text) {
    this.#watch();
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return this.#again("the server sent what cannot be read");
    }
    if (frame.seq !== this.#seq) return this.#again("a frame was missing");
    this.#seq += 1;
    if (this.#epoch !== null && this.#epoch !== frame.epoch) {
      this.dispatchEvent(new CustomEvent("restart", { detail: frame }));
    }
    this.#epoch = frame.epoch;
    if (frame.type === "metrics:snapshot" && this.state !== "live") {
      this.#attempt = 0;
      this.#tell("live", "");
    }
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  #watch() {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#again("the server has said nothing for a while"), SILENCE);
  }

  async #lost(code, opened) {
    this.#drop();
    if (opened) return isFinal(code) ? this.#refused(`it closed with code ${code}`) : this.#again(REASONS.get(code));
    // why a handshake fails a browser does not tell; asked as a plain request, the server does
    const reason = await explanation(this.#url);
    if (this.#socket === null) this.#again(reason);
  }

  #again(reason = "the connection was closed") {
    this.#drop();
    const delay = wait(this.#attempt);
    this.#attempt += 1;
    this.retryAt = performance.now() + delay;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.open(), delay);
    this.#tell("waiting", reason);
  }

  #refused(reason) {
    this.#tell("refused", reason);
  }

  #drop() {
    clearTimeout(this.#watchdog);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #tell(state, reason) {
    this.state = state;
    this.reason = reason;
    this.dispatchEvent(new Event("state"));
  }
}

async function explanation(url) {
  try {
    const answer = await fetch(url, { cache: "no-store" });
    const isSentence = answer.headers.get("content-type")?.startsWith("text/plain");
    const sentence = isSentence ? (await answer.text()).trim().split("\n")[0].slice(0, 200) : "";
    // where all else is well, a plain request is refused for being one
    if (answer.status === 400 && (sentence === "" || /upgrade/i.test(sentence))) return "the server does not open the stream";
    return sentence || `the server answers with status ${answer.status}`;
  } catch {
    return "the server does not answer";
  }
}
