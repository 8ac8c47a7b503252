import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { StratomeError } from '@stratome/core';
import { z } from 'zod';

/** Everything Stratome reads from the environment, in one place. */
const settingsSchema = z.object({
  POSTGRES_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .describe('PostgreSQL, postgres://user:password@host:port/database'),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).describe('Redis, redis://host:port'),
  NEO4J_URI: z.url({ protocol: /^(bolt|neo4j)(\+s|\+ssc)?$/ }).describe('Neo4j, bolt://host:port'),
  NEO4J_USER: z.string().min(1).default('neo4j'),
  NEO4J_PASSWORD: z.string().min(1),
  STRATOME_HOME: z
    .string()
    .min(1)
    .default('.stratome')
    .transform((p) => resolve(p.replace(/^~/, homedir()))),
  STRATOME_MODELS: z
    .string()
    .min(1)
    .default('models')
    .transform((p) => resolve(p))
    .describe('folder of models'),
  STRATOME_WORKER_THREADS: z.coerce
    .number()
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('threads of a worker; default one a core'),
  STRATOME_CUDA: z.enum(['0', '1']).default('0').describe('1 tries the CUDA provider before the CPU'),
  STRATOME_NBLAST_MATRIX: z
    .string()
    .min(1)
    .optional()
    .describe('score matrix of NBLAST, CSV in the form of nat.nblast; none is shipped'),
  STRATOME_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(0)
    .describe('HTTP port of the API; 0 picks a free one'),
  STRATOME_HOST: z.string().min(1).default('127.0.0.1').describe('address the API listens on'),
  STRATOME_TLS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .optional()
    .describe('HTTPS port of the API, beside the plain one; 0 picks a free one, none when left out'),
  STRATOME_TLS_CERT: z.string().min(1).optional().describe('certificate, PEM; one of its own when left out'),
  STRATOME_TLS_KEY: z.string().min(1).optional().describe('key of the certificate, PEM'),
  STRATOME_TOKENS: z
    .string()
    .regex(/^[^\s,]{8,}(,[^\s,]{8,})*$/)
    .transform((tokens) => tokens.split(','))
    .optional()
    .describe('tokens that open the neuPrint routes, with commas; without any they are open'),
});

export type Settings = z.infer<typeof settingsSchema>;

/**
 * Reads the settings once.
 *
 * @throws StratomeError badInput naming each variable that is missing or malformed, never its value
 */
export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = settingsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))];
  throw new StratomeError(
    'badInput',
    `Missing or malformed environment: ${names.join(', ')}.`,
    'Set them, or run through `npx stratome`, which starts local servers and sets them.',
  );
}
