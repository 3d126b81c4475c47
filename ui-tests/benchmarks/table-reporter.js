// Prints what the benchmarks attach: a line a figure, beside what it is measured against.
class TableReporter {
  onBegin() {
    console.log(
      `${'what'.padEnd(38)}${'figure'.padStart(13)}  ${'beside'.padEnd(34)}goal`
    );
  }

  onTestEnd(test, result) {
    for (const { name, body } of result.attachments) {
      if (name === 'figure') {
        const { what, value, unit, beside, goal, met } = JSON.parse(body);
        const figure = `${value.toFixed(1)} ${unit}`;
        console.log(
          `${what.padEnd(38)}${figure.padStart(13)}  ${beside.padEnd(34)}` +
            `${goal}: ${met ? 'met' : 'MISSED'}`
        );
      }
    }
    if (result.status !== 'passed') {
      console.log(`${test.title}: ${result.status}\n${result.error?.stack}`);
    }
  }
}

module.exports = TableReporter;
