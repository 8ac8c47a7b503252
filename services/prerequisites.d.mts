export interface Java {
  home: string;
  executable: string;
  major: number;
}
export interface JavaSearch {
  java: Java | undefined;
  others: Java[];
}
export interface PrerequisiteOptions {
  env?: NodeJS.ProcessEnv;
  folder?: string;
  nodeVersion?: string;
  diskBytes?: number;
  jarsFetched?: boolean;
  systemFolders?: string[] | undefined;
}
export const neededNodeMajor: number;
export const acceptedJavaMajors: number[];
export const neededDiskBytes: number;
export const pomFile: string;
export function cacheFolder(env?: NodeJS.ProcessEnv): string;
export function downloadsFolder(env?: NodeJS.ProcessEnv): string;
export function findOnPath(name: string, env?: NodeJS.ProcessEnv): string | undefined;
export function findJava(env?: NodeJS.ProcessEnv, systemFolders?: string[]): JavaSearch;
export function freeDiskBytes(path: string): number;
export function javaIsMissing(search: JavaSearch): string;
export function mavenIsMissing(): string;
export function missingPrerequisites(options?: PrerequisiteOptions): string[];
