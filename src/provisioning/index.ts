export { provisioningProbe } from "./probe.js";
export { Provisioner, type ProvisionerParts } from "./provisioner.js";
export { recipe } from "./recipes.js";
