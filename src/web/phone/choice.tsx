import type { DeskModel, DeskPhone } from "../../model/desk.js";
import { ask } from "../ask.js";
import { hello } from "../store.js";
import { formNamed } from "./forms.js";

/** What the phone is drawn as: every model whose documents can be drawn here, under the name of its make. */
export function ModelChoice({ phone }: { readonly phone: DeskPhone }) {
  const models = (hello.value?.models ?? []).filter(({ form }) => formNamed(form) !== undefined);
  const choose = (value: string) => {
    const model = models.find((one) => keyOf(one) === value);
    if (model) void ask.model(phone.mac, model);
  };
  return (
    <label class="model">
      <span class="unseen">Phone of {phone.name}, drawn as</span>
      <select value={keyOf(phone)} data-model={phone.mac} onChange={(event) => choose(event.currentTarget.value)}>
        {[...new Set(models.map(({ vendor }) => vendor))].map((vendor) => (
          <optgroup key={vendor} label={makeName(vendor)}>
            {models
              .filter((model) => model.vendor === vendor)
              .map((model) => (
                <option key={model.model} value={keyOf(model)}>
                  {model.model}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

function keyOf({ vendor, model }: Pick<DeskModel, "vendor" | "model">): string {
  return `${vendor} ${model.toUpperCase()}`;
}

function makeName(vendor: string): string {
  return vendor.charAt(0).toUpperCase() + vendor.slice(1);
}
