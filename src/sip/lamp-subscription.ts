import type { Core, URI } from "sip.js";
import type { LampShown } from "../model/index.js";
import { parseDialogInfo } from "./dialog-info.js";
import { DialogView } from "./dialog-view.js";

/** How a subscription ended. `missing`: the PBX has no such lamp; `refused`: not for this account. */
export type SubscriptionEnd = "missing" | "refused" | "lost";

export interface LampSubscriptionParts {
  readonly core: Core.UserAgentCore;
  /** Whose lamp: the user of the address. */
  readonly user: string;
  readonly target: URI;
  readonly shown: (lamp: LampShown) => void;
  /** Told once; nothing else comes after it. */
  readonly ended: (how: SubscriptionEnd) => void;
  /** A document that could not be read, or was about somebody else. */
  readonly strange: (why: string) => void;
}

/** So long, when nothing else is granted; renewed when nine tenths of it are over. */
const EXPIRES_SECONDS = 600;
const package_ = "dialog";
const contentType = "application/dialog-info+xml";

/** One subscription to the dialogs of one extension (RFC 4235, RFC 6665), from its SUBSCRIBE to its end. */
export class LampSubscription {
  readonly #parts: LampSubscriptionParts;
  readonly #view: DialogView;
  #request: Core.OutgoingSubscribeRequest | undefined;
  #subscription: Core.Subscription | undefined;
  #over = false;

  constructor(parts: LampSubscriptionParts) {
    this.#parts = parts;
    this.#view = new DialogView(parts.user);
  }

  start(): void {
    const { core, target } = this.#parts;
    const { aor, contact } = core.configuration;
    const headers = [
      `Event: ${package_}`,
      `Expires: ${EXPIRES_SECONDS}`,
      `Accept: ${contentType}`,
      `Contact: ${contact.toString()}`,
    ];
    const message = core.makeOutgoingRequestMessage("SUBSCRIBE", target, aor, target, {}, headers);
    this.#request = core.subscribe(message, {
      onReject: ({ message: { statusCode } }) => this.#end(endOf(statusCode)),
      onRedirect: () => this.#end("lost"),
      onNotifyTimeout: () => this.#end("lost"),
      onNotify: ({ request, subscription }) => {
        this.#follow(subscription);
        this.#notified(request);
      },
    });
  }

  /** Lets go of it without a word: whoever calls this closes the connection, or has lost it. */
  stop(): void {
    this.#over = true;
    this.#request?.waitNotifyStop();
    this.#request?.dispose();
    this.#subscription?.dispose();
  }

  /** Nobody wants it any more. */
  unsubscribe(): void {
    if (this.#subscription && !this.#over) this.#subscription.unsubscribe();
    this.#over = true;
    this.#request?.waitNotifyStop();
  }

  #follow(subscription: Core.Subscription | undefined): void {
    if (subscription === undefined) return;
    this.#subscription = subscription;
    subscription.delegate = {
      onNotify: (request) => this.#notified(request),
      onRefresh: (request) => this.#refreshing(request),
      onTerminated: () => this.#end("lost"),
    };
    subscription.autoRefresh = true;
  }

  #refreshing(request: Core.OutgoingSubscribeRequest): void {
    request.delegate = { onReject: ({ message: { statusCode } }) => this.#end(endOf(statusCode)) };
  }

  #notified(request: Core.IncomingNotifyRequest): void {
    void request.accept();
    if (this.#over) return;
    const { message } = request;
    if (message.body !== "") this.#document(message.getHeader("Content-Type") ?? "", message.body);
    const state: { readonly state?: string; readonly reason?: string } | undefined =
      message.parseHeader("Subscription-State");
    if (state?.state !== "terminated") return;
    const { reason } = state;
    this.#end(reason === "noresource" ? "missing" : reason === "rejected" ? "refused" : "lost");
  }

  #document(type: string, body: string): void {
    const info = type.toLowerCase().startsWith(contentType) ? parseDialogInfo(body) : undefined;
    if (info === undefined) {
      this.#parts.strange("it cannot be read");
      return;
    }
    const taken = this.#view.take(info);
    if (taken === "another") this.#parts.strange("it is about somebody else");
    if (taken === "gap") this.#whole();
    if (taken === "taken" && this.#view.shown !== undefined) this.#parts.shown(this.#view.shown);
  }

  /** Something was missed: a SUBSCRIBE within the dialog brings the whole (RFC 4235 section 3.2). */
  #whole(): void {
    try {
      const request = this.#subscription?.refresh();
      if (request) this.#refreshing(request);
      else this.#end("lost");
    } catch {
      // It has ended meanwhile.
      this.#end("lost");
    }
  }

  #end(how: SubscriptionEnd): void {
    if (this.#over) return;
    this.stop();
    this.#parts.ended(how);
  }
}

function endOf(status: number | undefined): SubscriptionEnd {
  switch (status) {
    case 404:
    case 410:
    case 489:
    case 604:
      return "missing";
    case 401:
    case 403:
    case 407:
    case 603:
      return "refused";
    default:
      return "lost";
  }
}
