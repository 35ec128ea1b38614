import type { DeskModel, Mac, Phone } from "../../model/index.js";
import { modelOf } from "./drawable.js";

/** What the configured phones of an open desk are drawn as, where somebody has chosen: in memory alone, the same for all. */
export class Looks {
  readonly #models: readonly DeskModel[];
  readonly #chosen = new Map<Mac, DeskModel>();

  constructor(models: readonly DeskModel[]) {
    this.#models = models;
  }

  choose(mac: Mac, model: DeskModel): void {
    this.#chosen.set(mac, model);
  }

  /** The phone as the model that was chosen for it, else as it is. */
  of(phone: Phone): Phone {
    const chosen = this.#chosen.get(phone.mac);
    return chosen ? { ...phone, vendor: chosen.vendor, model: chosen.model } : phone;
  }

  formOf(phone: Pick<Phone, "vendor" | "model">): string | undefined {
    return modelOf(this.#models, phone)?.form;
  }
}
