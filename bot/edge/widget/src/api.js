// The service's interface for the widget: one method a request, and a token that lets into one session.

const PATIENCE_MS = 45_000;
const TOKEN = "token";
const RENEW_MS = 60_000; // a token that ends sooner is as good as none

/** Why a request got no answer. `status` is 0 where the service could not be reached. */
export class Problem extends Error {
  constructor(status, message = "", retryAfterMs = 0) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same request may work later. */
  get passes() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export class Api {
  #server;
  #storage;

  /** `server` is the service's address, empty for the one that the page came from. */
  constructor(server, storage) {
    this.#server = server;
    this.#storage = storage;
  }

  /** Whether there is a session to go on with. */
  get known() {
    return (this.#storage.get(TOKEN)?.expires ?? 0) * 1000 > Date.now() + RENEW_MS;
  }

  /** Go on with the conversation that another channel's link opens; the address does not keep what lets one in. */
  enterLinked() {
    const token = new URLSearchParams(location.hash.slice(1)).get("session");
    if (!token) return;
    this.#keep({ token, expires: Number(token.split(".").at(-2)) });
    history.replaceState(null, "", location.pathname + location.search);
  }

  /** Give the session up; the next request that needs one begins another. */
  leave() {
    this.#storage.set(TOKEN, null);
  }

  opening() {
    return this.#request("GET", "/opening");
  }

  matters() {
    return this.#request("GET", "/matters", { cache: "default" });
  }

  /** What was said in the session. */
  async history() {
    return (await this.#inSession("GET", "/session/history")).exchanges;
  }

  forget() {
    return this.#inSession("DELETE", "/session/history");
  }

  /** The reply to a message; sending the same id again gets the same reply. */
  async message({ id, text, shown }) {
    const reply = await this.#inSession("POST", "/messages", { id, text, shown });
    this.#keep(reply);
    return reply;
  }

  feedback(id, { verdict, reasons, comment }) {
    return this.#inSession("POST", "/feedback", { id, verdict, reasons, comment });
  }

  async #inSession(method, path, body) {
    if (!this.known) this.#keep(await this.#request("POST", "/session"));
    return this.#request(method, path, { body, token: this.#storage.get(TOKEN).token });
  }

  #keep({ token, expires }) {
    this.#storage.set(TOKEN, { token, expires });
  }

  async #request(method, path, { body, token, cache = "no-store" } = {}) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
    const headers = body ? { "Content-Type": "application/json" } : {};
    if (token) headers.Authorization = `Bearer ${token}`;
    try {
      const url = `${this.#server}/api${path}`;
      const sent = { method, headers, body: body && JSON.stringify(body), cache, credentials: "omit", signal: abort.signal };
      const response = await fetch(url, sent);
      return await content(response);
    } catch (error) {
      throw error instanceof Problem ? error : new Problem(0);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The JSON of a response; Problem where it is a refusal, or not what this service sends. */
async function content(response) {
  if (response.status === 204) return null;
  const value = await response.json();
  if (response.ok) return value;
  const { message = "", remedy = "" } = value.error ?? {};
  throw new Problem(response.status, message + remedy, Number(response.headers.get("Retry-After")) * 1000);
}
