/** What each module file depends on, by file as `modules.dep` names it. */
export type ModuleDependencies = ReadonlyMap<string, readonly string[]>;

/** Read depmod's `modules.dep`: `path: path path` a line, what is needed last first. */
export function parseDependencies(text: string): ModuleDependencies {
  return new Map(
    text
      .split('\n')
      .map((line) => line.split(':'))
      .filter((fields): fields is [string, string] => fields.length === 2)
      .map(([file, needed]) => [file, needed.split(' ').filter((name) => name !== '')]),
  );
}

/**
 * Files of the named modules and all they depend on, each once and after what it depends on. A name that is not there
 * is left out: that kernel has it built in.
 */
export function loadOrder(dependencies: ModuleDependencies, names: readonly string[]): string[] {
  const order = new Set<string>();
  const add = (file: string): void => {
    for (const needed of dependencies.get(file) ?? []) if (!order.has(needed)) add(needed);
    order.add(file);
  };
  for (const name of names) {
    const file = [...dependencies.keys()].find((path) => moduleName(path) === name);
    if (file !== undefined) add(file);
  }
  return [...order];
}

/** `kernel/net/9p/9pnet.ko.xz` is the module `9pnet`. */
function moduleName(path: string): string {
  return (path.split('/').at(-1) ?? '').replace(/\.ko(\.\w+)?$/, '').replaceAll('-', '_');
}
