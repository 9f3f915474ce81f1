/** Changes with every change that may change a verdict. */
export const ENGINE_VERSION = '0.2.0';
