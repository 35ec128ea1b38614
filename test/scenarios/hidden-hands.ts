import type { YealinkPhone } from "../lab/phones/yealink.ts";

/** What a supervisor and an administrator do to Ana's calls: all of it hidden, or refused. */
export class HiddenHands {
  #tick = 0;

  constructor(
    private readonly kim: YealinkPhone,
    private readonly root: YealinkPhone,
    private readonly launchers: { readonly kim: string; readonly root: string },
  ) {}

  async work(): Promise<void> {
    this.#tick += 1;
    await this.#hand(this.kim, this.launchers.kim, this.#tick);
    await this.#hand(this.root, this.launchers.root, this.#tick + 7);
  }

  async #hand(phone: YealinkPhone, launcher: string, tick: number): Promise<void> {
    const turn = tick % 15;
    if (turn === 0) await this.#begin(phone, launcher);
    if (turn === 5 || turn === 8) await this.#ask(phone, launcher, turn === 5 ? "Coach" : "Join");
    if (turn === 12) await this.#leave(phone, launcher);
  }

  async #begin(phone: YealinkPhone, launcher: string): Promise<void> {
    await phone.open(launcher);
    // In turn Ana's call and somebody else's: a supervisor goes from one to the other.
    const wanted = this.#tick % 2 === 0 || phone === this.kim ? /Ana Ruiz/ : /Ben Okafor/;
    const row = phone.rows().findIndex((text) => wanted.test(text));
    if (row < 0) return;
    phone.select(row);
    await phone.press("Listen");
    if (phone.keys().includes("Hidden")) await phone.press("Hidden");
  }

  async #ask(phone: YealinkPhone, launcher: string, mode: "Coach" | "Join"): Promise<void> {
    await phone.open(launcher);
    if (phone.keys().includes("Leave") && phone.keys().includes(mode)) {
      await phone.press(mode);
      if (phone.keys().includes("Back")) await phone.press("Back");
      await phone.press("Coach").catch(() => undefined);
    }
  }

  async #leave(phone: YealinkPhone, launcher: string): Promise<void> {
    await phone.open(launcher);
    if (phone.keys().includes("Leave")) await phone.press("Leave");
  }
}

/** What another supervisor does to Ana's calls meanwhile, for all to see. */
export class OpenHands {
  #tick = 0;

  constructor(
    private readonly max: YealinkPhone,
    private readonly launcher: string,
  ) {}

  async work(): Promise<void> {
    this.#tick += 1;
    const turn = this.#tick % 40;
    if (turn === 3) await this.#listen();
    if (turn === 10) await this.#press("Coach");
    if (turn === 14) await this.#press("Unmute");
    if (turn === 20) await this.#press("Join");
    if (turn === 30) await this.#press("Leave");
  }

  async #listen(): Promise<void> {
    const { max } = this;
    await max.open(this.launcher);
    const row = max.rows().findIndex((text) => /Ana Ruiz/.test(text));
    if (row < 0) return;
    max.select(row);
    await max.press("Listen");
    if (max.keys().includes("Visible")) await max.press("Visible");
  }

  async #press(key: string): Promise<void> {
    await this.max.open(this.launcher);
    if (this.max.keys().includes("Leave") && this.max.keys().includes(key)) await this.max.press(key);
  }
}
