// What `prisma generate` writes for one model, without the types of what the examples do not use. It is kept, and not
// generated when tests run, because Prisma's command line has 300 MB and downloads a program; the client that it configures
// is the real one. config.json is as `prisma generate` 7 has written it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  type GetPrismaClientConfig,
  getPrismaClient,
  type Sql,
  type Types,
} from '@prisma/client/runtime/client';

interface Transaction {
  readonly customerOrder: {
    create(options: { data: { id: string; email: string } }): Promise<{ id: string }>;
  };
  $queryRaw<T = unknown>(
    query: TemplateStringsArray | Sql,
    ...values: unknown[]
  ): Types.Public.PrismaPromise<T>;
}

export interface PrismaClient extends Transaction {
  $transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  $disconnect(): Promise<void>;
}

const compiler = '@prisma/client/runtime/query_compiler_fast_bg.postgresql';
const config: GetPrismaClientConfig = {
  ...JSON.parse(readFileSync(join(import.meta.dirname, 'config.json'), 'utf8')),
  previewFeatures: [],
  clientVersion: '7.10.0',
  engineVersion: 'd1b3f377ca835d73fd50954a5e22128b9ebdd6b8',
  activeProvider: 'postgresql',
  compilerWasm: {
    getRuntime: () => import(`${compiler}.mjs`),
    async getQueryCompilerWasmModule() {
      const { wasm } = await import(`${compiler}.wasm-base64.mjs`);
      // The compiler's library of Node knows only the types of WebAssembly.
      const { Module } = Reflect.get(globalThis, 'WebAssembly');
      return new Module(Buffer.from(wasm, 'base64'));
    },
    importName: './query_compiler_fast_bg.js',
  },
};
const Client = getPrismaClient(config);

export function openPrisma(connectionString: string): PrismaClient {
  return new Client({ adapter: new PrismaPg({ connectionString }) }) as unknown as PrismaClient;
}
