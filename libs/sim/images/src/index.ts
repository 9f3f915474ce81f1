export { admissionErrors, type AdmissionRule, type DeclaredAdmission } from './admission/declared-admission.js';
export {
  declareImage,
  type DeclaredCall,
  type DeclaredImage,
  type DeclaredPort,
  type DeclaredRoute,
} from './declared-image.js';
export { defineImage, gnuProgram, type ImageConfig, type ImageDefinition, type ImageFile } from './image.js';
export {
  createImageCatalog,
  type Image,
  type ImageCatalog,
  type PullFailure,
  type RegistryCredentials,
} from './image-catalog.js';
export { parseImageReference, type ImageReference } from './image-reference.js';
export { IMAGES } from './catalog/registry.js';
export {
  COMPONENT_HOST,
  NODE_AGENT_HOST,
  type ComponentHost,
  type EtcdData,
  type EtcdOpening,
  type ComponentName,
  type NodeAgentHost,
} from './component-host.js';
export { asPublished } from './published-image.js';
export { RegistryApi, type RegistryOptions } from './distribution/registry-api.js';
export { forMethod, refused } from './distribution/registry-answers.js';
export { filesInMemory } from './distribution/registry-files.js';
export { RegistryStore, digestOf } from './distribution/registry-store.js';
export { goDialError } from './server/go-dial.js';
export { httpDate, logDate, slashDate } from './server/http-dates.js';
export { respond, respondJson } from './server/responses.js';
export { runServer, type ServerOptions } from './server/run-server.js';
