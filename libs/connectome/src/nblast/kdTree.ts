/**
 * A k-d tree over points in space, for the nearest of them: points are halved along x, y and z in turn, in place of an
 * order. Bentley, Communications of the ACM 18 (1975). Of equally near points the one of lowest number is nearest.
 */
export class KdTree {
  /** Numbers of points; the middle of each part is its root. */
  private readonly order: Int32Array;

  /** @param points [n, 3] flattened; kept, not copied */
  constructor(private readonly points: Float64Array) {
    this.order = Int32Array.from({ length: points.length / 3 }, (_, i) => i);
    this.build(0, this.order.length, 0);
  }

  private build(begin: number, end: number, axis: number): void {
    if (end - begin < 2) return;
    const value = (i: number) => this.points[3 * i + axis];
    this.order.subarray(begin, end).sort((a, b) => value(a) - value(b) || a - b);
    const middle = (begin + end) >> 1;
    this.build(begin, middle, (axis + 1) % 3);
    this.build(middle + 1, end, (axis + 1) % 3);
  }

  /**
   * The k points nearest to a place, the nearest first.
   *
   * @returns numbers of points and squared distances; fewer than k where there are fewer points
   */
  nearest(x: number, y: number, z: number, k: number): { numbers: number[]; squares: number[] } {
    const place = [x, y, z];
    const numbers: number[] = [];
    const squares: number[] = [];
    const offer = (number: number) => {
      const [dx, dy, dz] = place.map((value, axis) => this.points[3 * number + axis] - value);
      const square = dx * dx + dy * dy + dz * dz;
      let at = numbers.length;
      while (at > 0 && (squares[at - 1] > square || (squares[at - 1] === square && numbers[at - 1] > number)))
        at--;
      if (at >= k) return;
      numbers.splice(at, 0, number);
      squares.splice(at, 0, square);
      if (numbers.length > k) {
        numbers.pop();
        squares.pop();
      }
    };
    const visit = (begin: number, end: number, axis: number) => {
      if (begin >= end) return;
      const middle = (begin + end) >> 1;
      const off = place[axis] - this.points[3 * this.order[middle] + axis];
      const next = (axis + 1) % 3;
      const near = () => (off <= 0 ? visit(begin, middle, next) : visit(middle + 1, end, next));
      const far = () => (off <= 0 ? visit(middle + 1, end, next) : visit(begin, middle, next));
      near();
      offer(this.order[middle]);
      if (numbers.length < k || off * off <= squares[squares.length - 1]) far();
    };
    visit(0, this.order.length, 0);
    return { numbers, squares };
  }
}
