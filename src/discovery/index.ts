export { description, descriptionPath } from "./description.js";
export { Discovery } from "./discovery.js";
export { Sightings } from "./sightings.js";
