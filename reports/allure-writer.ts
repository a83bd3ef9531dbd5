import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestResult, TestResultContainer } from 'allure-js-commons';
import { stringifyEnvInfo, type Writer } from 'allure-js-commons/sdk/reporter';
import { RallyError } from '#base/error.js';

/**
 * Writes results as allure-js-commons does, without forcing each file to the disk: a run that was cut off is written
 * again from its record anyway, and under Node's permission model nothing may be forced.
 */
export class ResultsWriter implements Writer {
  constructor(private readonly resultsDir: string) {
    mkdirSync(resultsDir, { recursive: true });
  }

  writeResult(result: TestResult): void {
    this.write(`${result.uuid}-result.json`, JSON.stringify(result));
  }

  writeGroup(group: TestResultContainer): void {
    this.write(`${group.uuid}-container.json`, JSON.stringify(group));
  }

  writeAttachment(name: string, content: Buffer): void {
    this.write(name, content);
  }

  writeAttachmentFromPath(name: string): void {
    throw new RallyError('ERR_INTERNAL', `the attachment ${name} is given as a file; ours are bytes`);
  }

  writeEnvironmentInfo(info: Parameters<Writer['writeEnvironmentInfo']>[0]): void {
    this.write('environment.properties', stringifyEnvInfo(info));
  }

  writeCategoriesDefinitions(categories: Parameters<Writer['writeCategoriesDefinitions']>[0]): void {
    this.write('categories.json', JSON.stringify(categories));
  }

  writeGlobals(name: string, globals: Parameters<Writer['writeGlobals']>[1]): void {
    this.write(name, JSON.stringify(globals));
  }

  private write(name: string, content: string | Buffer): void {
    writeFileSync(path.join(this.resultsDir, name), content);
  }
}
