/** The parts that Darkroom uses of a global that only TypeScript's browser libraries declare. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }

  class Instance {
    readonly exports: object;
    constructor(module: Module, imports?: object);
  }

  class Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
}
