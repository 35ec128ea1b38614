import { UserAgent } from "sip.js";
import type { Clock, Extension, LampStanding, Log, Pushed, SipAgent, SipStanding } from "../model/index.js";
import { LampSubscription, type SubscriptionEnd } from "./lamp-subscription.js";
import { sendMessage } from "./message.js";
import { type TransportOptions, WebSocketTransport } from "./transport.js";

export interface SipWatchOptions {
  /** The PBX's SIP over WebSocket, such as `ws://127.0.0.1:8088/ws`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly clock: Clock;
  readonly log: Log;
}

interface Watched {
  standing: LampStanding;
  subscription?: LampSubscription;
  /** Its first answer has not come yet. */
  waiting: boolean;
  forget?: () => void;
}

/** More at once only queue up inside the PBX. */
const AT_ONCE = 16;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** What has been lost is asked for again after this; what is not there, or not for us, when somebody may have mended it. */
const AGAIN_MS: Readonly<Record<SubscriptionEnd, number>> = { lost: 5_000, missing: 60_000, refused: 60_000 };

/** Watches busy lamps and sends texts with an account of earshot's own, over one WebSocket. */
export class SipWatch implements SipAgent {
  readonly #options: SipWatchOptions;
  readonly #watched = new Map<Extension, Watched>();
  readonly #due = new Set<Extension>();
  #told: (extension: Extension, standing: LampStanding) => void = () => undefined;
  #agent: UserAgent | undefined;
  #standing: SipStanding = "starting";
  #waitMs = FIRST_WAIT_MS;
  #forget: () => void = () => undefined;
  #stopped = true;

  constructor(options: SipWatchOptions) {
    this.#options = options;
  }

  start(told: (extension: Extension, standing: LampStanding) => void): void {
    this.#told = told;
    this.#stopped = false;
    this.#connect();
  }

  watch(extensions: readonly Extension[]): void {
    const wanted = new Set(extensions);
    for (const [extension, watched] of this.#watched) {
      if (wanted.has(extension)) continue;
      watched.forget?.();
      watched.subscription?.unsubscribe();
      this.#watched.delete(extension);
      this.#due.delete(extension);
    }
    for (const extension of wanted) {
      if (this.#watched.has(extension)) continue;
      this.#watched.set(extension, { standing: { kind: "unknown", why: "it has not been told yet" }, waiting: false });
      this.#due.add(extension);
    }
    this.#next();
  }

  message(to: Extension, text: string): Promise<Pushed> {
    const agent = this.#agent;
    if (this.#standing !== "connected" || agent === undefined) {
      return Promise.resolve({ outcome: "failed", why: "the SIP account is not connected", again: true });
    }
    const target = this.#address(to);
    if (target === undefined) return Promise.resolve({ outcome: "failed", why: "it is no SIP address", again: false });
    return sendMessage(agent.userAgentCore, target, text, this.#options.clock);
  }

  standing(): SipStanding {
    return this.#standing;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#forget();
    this.#drop("earshot is stopping");
  }

  #address(user: string) {
    // What a URI does not take as it is, as a `#`, is escaped.
    return UserAgent.makeURI(`sip:${encodeURIComponent(user)}@${new URL(this.#options.url).host}`);
  }

  #connect(): void {
    const { url, username, password, clock } = this.#options;
    const uri = this.#address(username);
    const transportOptions: TransportOptions = { url, clock };
    const agent = new UserAgent({
      ...(uri && { uri }),
      authorizationUsername: username,
      authorizationPassword: password,
      transportConstructor: WebSocketTransport,
      transportOptions,
      userAgentString: "earshot",
      gracefulShutdown: false,
      logBuiltinEnabled: false,
      logConfiguration: false,
      delegate: {
        onDisconnect: () => this.#lost(agent, "the connection was lost"),
        // Nobody is to call us; whoever finds out our address all the same gets nothing.
        onInvite: (invitation) => void invitation.reject({ statusCode: 403 }).catch(() => undefined),
      },
    });
    this.#agent = agent;
    agent.start().then(
      () => this.#connected(agent),
      () => this.#lost(agent, "nobody answers"),
    );
  }

  #connected(agent: UserAgent): void {
    if (this.#agent !== agent) return;
    this.#standing = "connected";
    this.#waitMs = FIRST_WAIT_MS;
    for (const extension of this.#watched.keys()) this.#due.add(extension);
    this.#next();
  }

  #lost(agent: UserAgent, why: string): void {
    if (this.#agent !== agent || this.#stopped) return;
    if (this.#standing !== "away")
      this.#options.log.warn({ why }, "busy lamps are not watched: the SIP account is away");
    this.#standing = "away";
    this.#drop(why);
    this.#forget = this.#options.clock.after(this.#waitMs, () => this.#connect());
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
  }

  /** Everything that hung on this connection is gone with it. */
  #drop(why: string): void {
    const agent = this.#agent;
    this.#agent = undefined;
    this.#due.clear();
    for (const [extension, watched] of this.#watched) {
      watched.forget?.();
      watched.subscription?.stop();
      this.#watched.set(extension, { standing: watched.standing, waiting: false });
      this.#tell(extension, { kind: "unknown", why });
    }
    void agent?.stop().catch(() => undefined);
  }

  #next(): void {
    const agent = this.#agent;
    if (agent === undefined || !agent.isConnected()) return;
    let waiting = [...this.#watched.values()].filter((one) => one.waiting).length;
    for (const extension of this.#due) {
      if (waiting >= AT_ONCE) return;
      this.#due.delete(extension);
      if (this.#subscribe(agent, extension)) waiting += 1;
    }
  }

  #subscribe(agent: UserAgent, extension: Extension): boolean {
    const watched = this.#watched.get(extension);
    const target = this.#address(extension);
    if (watched === undefined || target === undefined) return false;
    const subscription = new LampSubscription({
      core: agent.userAgentCore,
      user: extension,
      target,
      shown: (shown) => {
        this.#standing = "connected";
        this.#answered(extension, subscription);
        this.#tell(extension, { kind: "seen", shown });
      },
      ended: (how) => this.#ended(extension, subscription, how),
      strange: (why) => {
        this.#options.log.warn({ extension, why }, "a busy lamp was told by a document that is left out");
        this.#answered(extension, subscription);
      },
    });
    watched.subscription = subscription;
    watched.waiting = true;
    subscription.start();
    return true;
  }

  #answered(extension: Extension, subscription: LampSubscription): void {
    const watched = this.#watched.get(extension);
    if (watched?.subscription !== subscription || !watched.waiting) return;
    watched.waiting = false;
    this.#next();
  }

  #ended(extension: Extension, subscription: LampSubscription, how: SubscriptionEnd): void {
    const watched = this.#watched.get(extension);
    if (watched?.subscription !== subscription) return;
    watched.waiting = false;
    delete watched.subscription;
    if (how === "refused" && this.#standing !== "refused") {
      this.#standing = "refused";
      this.#options.log.warn({ extension }, "the PBX refused the SIP account that watches busy lamps");
    }
    const refused = { kind: "unknown", why: "the PBX refused the SIP account" } as const;
    const ended = { kind: "unknown", why: "the PBX ended the subscription" } as const;
    this.#tell(extension, how === "missing" ? { kind: "missing" } : how === "refused" ? refused : ended);
    watched.forget = this.#options.clock.after(AGAIN_MS[how], () => {
      this.#due.add(extension);
      this.#next();
    });
    this.#next();
  }

  #tell(extension: Extension, standing: LampStanding): void {
    const watched = this.#watched.get(extension);
    if (watched === undefined || JSON.stringify(watched.standing) === JSON.stringify(standing)) return;
    watched.standing = standing;
    this.#told(extension, standing);
  }
}
