import type {
  Extension,
  Mac,
  Notification,
  NotifyTarget,
  PersonId,
  Push,
  PushDocument,
  Pushed,
  PushTarget,
} from "../model/index.js";
import { HttpPush } from "./http-push.js";
import { render } from "./render.js";

export interface PhoneDeliveryParts {
  /** Of somebody who is one of the people now. */
  readonly extensionOf: (person: PersonId) => Extension | undefined;
  /** The PBX's way to send a NOTIFY; undefined where it has none. */
  readonly notify: ((to: NotifyTarget, notification: Notification) => Promise<Pushed>) | undefined;
  /** earshot's own way to send a text by SIP; undefined where it has none. */
  readonly message?: ((to: Extension, text: string) => Promise<Pushed>) | undefined;
  /** The host that phones know earshot by, or that the phone at an origin does. */
  readonly host: string | ((origin: string) => Promise<string>);
}

/** Brings a document to a phone by the way its configuration names. */
export class PhoneDelivery implements Push {
  readonly #notify: PhoneDeliveryParts["notify"];
  readonly #message: PhoneDeliveryParts["message"];
  readonly #extensionOf: PhoneDeliveryParts["extensionOf"];
  readonly #http: HttpPush;

  constructor({ extensionOf, notify, message, host }: PhoneDeliveryParts) {
    this.#notify = notify;
    this.#extensionOf = extensionOf;
    this.#message = message;
    this.#http = new HttpPush(host);
  }

  async push(phone: PushTarget, document: PushDocument): Promise<Pushed> {
    const body = render(document.root, document.bare);
    const bytes = Buffer.byteLength(body);
    if (bytes > document.mostBytes)
      return failed(`the document has ${bytes} bytes, ${document.mostBytes} is the limit`);
    const { push, mac } = phone;
    switch (push?.by) {
      case "http":
        return document.http
          ? this.#http.post(mac, push, { ...document.http, body })
          : failed("this make of phone takes no document by its web server");
      case "notify":
        return document.notify
          ? this.#send(phone, mac, { ...document.notify, body })
          : failed("this make of phone takes no document by NOTIFY");
      case "message":
        return document.message === undefined ? failed("this is no text") : this.#text(phone, document.message);
      case undefined:
        return failed("no way to this phone is configured");
      default:
        return push satisfies never;
    }
  }

  async stop(): Promise<void> {
    await this.#http.stop();
  }

  async #text({ owner }: PushTarget, text: string): Promise<Pushed> {
    const extension = owner && this.#extensionOf(owner);
    if (!this.#message || extension === undefined) return failed("there is no SIP account that sends texts");
    return this.#message(extension, text);
  }

  async #send({ owner, address }: PushTarget, mac: Mac, notification: Notification): Promise<Pushed> {
    const extension = owner && this.#extensionOf(owner);
    if (!this.#notify || extension === undefined) return failed("the PBX cannot send a NOTIFY");
    return this.#notify({ extension, mac, ...(address !== undefined && { address }) }, notification);
  }
}

function failed(why: string): Pushed {
  return { outcome: "failed", why, again: false };
}
