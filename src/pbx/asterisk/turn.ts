/** A turn among things that are done one after another, which lasts until whoever has it says so. */
export class Turn {
  /** Resolves once those before are over. */
  readonly begun: Promise<unknown>;
  /** Resolves once this turn is. */
  readonly over: Promise<void>;
  #end: () => void = () => undefined;

  constructor(before: Promise<unknown>) {
    this.begun = before;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  readonly end = (): Promise<void> => {
    this.#end();
    return this.over;
  };
}
