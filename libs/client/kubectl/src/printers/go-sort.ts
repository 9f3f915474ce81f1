/** What Go's sort.Interface offers: positions are compared and exchanged. */
interface Sortable {
  less(i: number, j: number): boolean;
  swap(i: number, j: number): void;
}

type Hint = 'increasing' | 'decreasing' | 'unknown';

const bitLength = (n: number): number => (n === 0 ? 0 : Math.floor(Math.log2(n)) + 1);

function insertionSort(data: Sortable, a: number, b: number): void {
  for (let i = a + 1; i < b; i++) for (let j = i; j > a && data.less(j, j - 1); j--) data.swap(j, j - 1);
}

function siftDown(data: Sortable, start: number, end: number, first: number): void {
  for (let root = start; ;) {
    let child = 2 * root + 1;
    if (child >= end) return;
    if (child + 1 < end && data.less(first + child, first + child + 1)) child++;
    if (!data.less(first + root, first + child)) return;
    data.swap(first + root, first + child);
    root = child;
  }
}

function heapSort(data: Sortable, a: number, b: number): void {
  const length = b - a;
  for (let i = Math.trunc((length - 1) / 2); i >= 0; i--) siftDown(data, i, length, a);
  for (let i = length - 1; i >= 0; i--) {
    data.swap(a, a + i);
    siftDown(data, 0, i, a);
  }
}

function breakPatterns(data: Sortable, a: number, b: number): void {
  const length = b - a;
  if (length < 8) return;
  let random = BigInt(length);
  const mask = (1n << BigInt(bitLength(length))) - 1n;
  const index = a + Math.trunc(length / 4) * 2 - 1;
  for (let i = 0; i < 3; i++) {
    random ^= BigInt.asUintN(64, random << 13n);
    random ^= random >> 7n;
    random ^= BigInt.asUintN(64, random << 17n);
    const other = Number(random & mask);
    data.swap(index + i, a + (other >= length ? other - length : other));
  }
}

function choosePivot(data: Sortable, a: number, b: number): { readonly pivot: number; readonly hint: Hint } {
  let swaps = 0;
  const ordered = (x: number, y: number): [number, number] => {
    if (!data.less(y, x)) return [x, y];
    swaps++;
    return [y, x];
  };
  const median = (x: number, y: number, z: number): number => {
    [x, y] = ordered(x, y);
    [y, z] = ordered(y, z);
    [x, y] = ordered(x, y);
    return y;
  };
  const quarter = Math.trunc((b - a) / 4);
  let [i, j, k] = [a + quarter, a + quarter * 2, a + quarter * 3];
  if (b - a >= 50) [i, j, k] = [i, j, k].map((at) => median(at - 1, at, at + 1));
  if (b - a >= 8) j = median(i, j, k);
  return { pivot: j, hint: swaps === 0 ? 'increasing' : swaps === 12 ? 'decreasing' : 'unknown' };
}

/** True when the range was nearly sorted and now is. */
function partialInsertionSort(data: Sortable, a: number, b: number): boolean {
  let i = a + 1;
  for (let step = 0; step < 5; step++) {
    while (i < b && !data.less(i, i - 1)) i++;
    if (i === b) return true;
    if (b - a < 50) return false;
    data.swap(i, i - 1);
    if (i - a >= 2) for (let j = i - 1; j >= 1 && data.less(j, j - 1); j--) data.swap(j, j - 1);
    if (b - i >= 2) for (let j = i + 1; j < b && data.less(j, j - 1); j++) data.swap(j, j - 1);
  }
  return false;
}

function partitionEqual(data: Sortable, a: number, b: number, pivot: number): number {
  data.swap(a, pivot);
  let [i, j] = [a + 1, b - 1];
  for (;;) {
    while (i <= j && !data.less(a, i)) i++;
    while (i <= j && data.less(a, j)) j--;
    if (i > j) return i;
    data.swap(i++, j--);
  }
}

function partition(
  data: Sortable,
  a: number,
  b: number,
  pivot: number,
): { readonly at: number; readonly whole: boolean } {
  data.swap(a, pivot);
  let [i, j] = [a + 1, b - 1];
  for (let whole = true; ; whole = false) {
    while (i <= j && data.less(i, a)) i++;
    while (i <= j && !data.less(j, a)) j--;
    if (i > j) {
      data.swap(j, a);
      return { at: j, whole };
    }
    data.swap(i++, j--);
  }
}

function patternDefeatingSort(data: Sortable, first: number, end: number, depth: number): void {
  let [a, b, limit] = [first, end, depth];
  let balanced = true;
  let partitioned = true;
  while (b - a > 12) {
    if (limit === 0) {
      heapSort(data, a, b);
      return;
    }
    if (!balanced) {
      breakPatterns(data, a, b);
      limit--;
    }
    let { pivot, hint } = choosePivot(data, a, b);
    if (hint === 'decreasing') {
      for (let [i, j] = [a, b - 1]; i < j; i++, j--) data.swap(i, j);
      pivot = b - 1 - (pivot - a);
      hint = 'increasing';
    }
    if (balanced && partitioned && hint === 'increasing' && partialInsertionSort(data, a, b)) return;
    if (a > 0 && !data.less(a - 1, pivot)) {
      a = partitionEqual(data, a, b, pivot);
      continue;
    }
    const { at, whole } = partition(data, a, b, pivot);
    partitioned = whole;
    balanced = Math.min(at - a, b - at) >= Math.trunc((b - a) / 8);
    if (at - a < b - at) {
      patternDefeatingSort(data, a, at, limit);
      a = at + 1;
    } else {
      patternDefeatingSort(data, at + 1, b, limit);
      b = at;
    }
  }
  insertionSort(data, a, b);
}

/** Go's sort.Sort (pattern-defeating quicksort, Go 1.19 and later): not stable, and so exact where items are equal. */
export function goSort<T>(items: readonly T[], less: (a: T, b: T) => boolean): T[] {
  const sorted = [...items];
  const data: Sortable = {
    less: (i, j) => less(sorted[i], sorted[j]),
    swap: (i, j) => {
      [sorted[i], sorted[j]] = [sorted[j], sorted[i]];
    },
  };
  patternDefeatingSort(data, 0, sorted.length, bitLength(sorted.length));
  return sorted;
}
