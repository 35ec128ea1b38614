import type { LampShown } from "../model/index.js";
import type { DialogInfo, DialogShown } from "./dialog-info.js";

const strength = ["ringing", "held", "talking"] as const;
const MOST_DIALOGS = 200;

/** What one subscription has told so far (RFC 4235 section 3.2 and 4.3): full documents replace, partial ones change. */
export class DialogView {
  readonly #user: string;
  readonly #dialogs = new Map<string, NonNullable<DialogShown["shown"]>>();
  #version: number | undefined;

  /** @param user whose dialogs these are; a document about anybody else is not taken. */
  constructor(user: string) {
    this.#user = user;
  }

  /** `gap`: something has been missed, and the whole is needed before it can go on. */
  take({ version, full, user, dialogs }: DialogInfo): "taken" | "old" | "gap" | "another" {
    if (user !== this.#user) return "another";
    if (this.#version !== undefined && version <= this.#version) return "old";
    if (!full && version - 1 !== this.#version) {
      this.forget();
      return "gap";
    }
    this.#version = version;
    if (full) this.#dialogs.clear();
    for (const { id, shown } of dialogs) {
      if (shown === undefined) this.#dialogs.delete(id);
      else this.#dialogs.set(id, shown);
    }
    if (this.#dialogs.size <= MOST_DIALOGS) return "taken";
    this.forget();
    return "gap";
  }

  /** What was told counts no more; the next document has to be a full one, whatever its version. */
  forget(): void {
    this.#version = undefined;
    this.#dialogs.clear();
  }

  /** What the lamp shows; undefined while nothing whole has been told. */
  get shown(): LampShown | undefined {
    if (this.#version === undefined) return undefined;
    const all = new Set(this.#dialogs.values());
    return strength.findLast((one) => all.has(one)) ?? "idle";
  }
}
