//! Which levels of its inputs are worth trying, so that an expression is true or false: what its numbers say, followed
//! from the comparison down to the selectors. A level need not be right, since each is tried.

use metrics_core::DeclaredFamily;
use metrics_core::promql::{Promql, Selector};

use super::evaluate::{At, Data, Edge, Value};
use super::inputs::{Input, Level, Scraped, Steps, tidy};

/// What an expression is to be.
#[derive(Clone, Debug, Default)]
struct Goals {
    /// Exactly the number that it is compared with, where nothing is computed in between.
    exact: Option<f64>,
    /// Near that, in whole numbers if it is one.
    whole: Vec<f64>,
    /// Near that, by a tenth of it.
    fine: Vec<f64>,
}

impl Goals {
    /// No number is known: it is there.
    fn any() -> Self {
        Self::at(1.0)
    }

    fn at(value: f64) -> Self {
        Self {
            exact: None,
            whole: vec![value],
            fine: vec![value],
        }
    }

    fn around(value: f64) -> Self {
        let tenth = value.abs() / 10.0;
        let whole = if value.fract() == 0.0 {
            tenth.ceil().max(1.0)
        } else {
            tenth
        };
        let fine = if value == 0.0 { 1.0 } else { tenth };
        Self {
            exact: Some(value),
            whole: vec![tidy(value + whole), tidy(value - whole)],
            fine: vec![tidy(value + fine), tidy(value - fine), value * 2.0, 0.0],
        }
    }

    /// What `of` must be, so that something computed of it is this.
    fn before(&self, of: impl Fn(f64) -> f64) -> Self {
        let all = |values: &[f64]| {
            let values = values.iter().map(|value| tidy(of(*value)));
            values.filter(|value| value.is_finite()).collect()
        };
        Self {
            exact: None,
            whole: all(&self.whole),
            fine: all(&self.fine),
        }
    }
}

/// Finds the inputs of an expression.
pub(super) struct Aims<'a> {
    pub(super) scraped: Scraped<'a>,
    pub(super) own: &'a DeclaredFamily,
    pub(super) steps: Steps,
    inputs: Vec<Input>,
    /// Something is read that no series is known for.
    unknown: bool,
}

impl<'a> Aims<'a> {
    /// The inputs of this expression, with what is to be tried; `None` if there is one of which no series is known.
    pub(super) fn of(
        expression: &Promql,
        scraped: Scraped<'a>,
        own: &'a DeclaredFamily,
        steps: Steps,
    ) -> Option<Vec<Input>> {
        let mut aims = Self {
            scraped,
            own,
            steps,
            inputs: Vec::new(),
            unknown: false,
        };
        aims.aim(expression, &Goals::any());
        for input in aims
            .inputs
            .iter_mut()
            .filter(|input| input.levels.is_empty())
        {
            // nothing of what was computed backwards is a number
            input.offer(Level::Constant(1.0));
        }
        (!aims.unknown).then_some(aims.inputs)
    }

    fn aim(&mut self, expression: &Promql, goals: &Goals) {
        match expression {
            Promql::Number(_) | Promql::Text(_) => {}
            Promql::Group(of) => self.aim(of, goals),
            Promql::Negative(of) => self.aim(of, &goals.before(|value| -value)),
            Promql::Selector(selector) => self.constant(selector, goals),
            Promql::Call {
                function,
                arguments,
            } => self.aim_call(function, arguments, goals),
            Promql::Aggregation { operator, of, .. } => match *operator {
                "count" | "group" => self.aim(of, &Goals::any()),
                _ => self.aim(of, goals),
            },
            Promql::Binary {
                operator: operator @ ("and" | "or" | "unless"),
                left,
                right,
                ..
            } => {
                self.aim(left, &Goals::any());
                self.aim(right, &Goals::any());
                if *operator == "unless" {
                    // what is compared with nothing is only ever there or not
                    right.selectors(&mut |selector| self.absent(selector));
                }
            }
            Promql::Binary {
                operator,
                left,
                right,
                ..
            } => match (self.number(left), self.number(right)) {
                (Some(_), Some(_)) => {}
                (None, Some(number)) => self.aim_at_number(operator, left, number, goals),
                (Some(number), None) => self.aim_from_number(operator, number, right, goals),
                (None, None) => self.aim_both(operator, left, right, goals),
            },
        }
    }

    fn aim_at_number(&mut self, operator: &str, left: &Promql, number: f64, goals: &Goals) {
        match operator {
            "+" => self.aim(left, &goals.before(|value| value - number)),
            "-" => self.aim(left, &goals.before(|value| value + number)),
            "*" => self.aim(left, &goals.before(|value| value / number)),
            "/" => self.aim(left, &goals.before(|value| value * number)),
            "%" | "^" => self.aim(left, goals),
            _ => self.aim_compared(left, number, goals),
        }
    }

    fn aim_from_number(&mut self, operator: &str, number: f64, right: &Promql, goals: &Goals) {
        match operator {
            "+" => self.aim(right, &goals.before(|value| value - number)),
            "-" => self.aim(right, &goals.before(|value| number - value)),
            "*" => self.aim(right, &goals.before(|value| value / number)),
            "/" => self.aim(right, &goals.before(|value| number / value)),
            "%" | "^" => self.aim(right, goals),
            _ => self.aim_compared(right, number, goals),
        }
    }

    /// A comparison keeps what is compared, so that what is wanted of it outside comes first: `(total > 0)` as a divisor.
    fn aim_compared(&mut self, of: &Promql, number: f64, goals: &Goals) {
        if goals.fine != Goals::any().fine {
            self.aim(of, goals);
        }
        self.aim(of, &Goals::around(number));
    }

    fn aim_both(&mut self, operator: &str, left: &Promql, right: &Promql, goals: &Goals) {
        const MANY: f64 = 100.0;
        match operator {
            "/" => {
                self.aim(left, &goals.before(|value| value * MANY));
                if self.reads_the_same(left, right) {
                    // the rest of what is divided by
                    self.aim(right, &goals.before(|value| (1.0 - value) * MANY));
                }
                self.aim(right, &Goals::at(MANY));
            }
            "+" | "-" => {
                self.aim(left, goals);
                self.aim(right, &Goals::at(0.0));
            }
            "*" | "%" | "^" => {
                self.aim(left, goals);
                self.aim(right, &Goals::at(1.0));
            }
            _ => {
                self.aim(left, &Goals::around(MANY));
                self.aim(right, &Goals::at(MANY));
            }
        }
    }

    fn reads_the_same(&self, left: &Promql, right: &Promql) -> bool {
        let mut names = Vec::new();
        left.selectors(&mut |selector| names.push(selector.metric));
        let mut same = false;
        right.selectors(&mut |selector| same |= names.contains(&selector.metric));
        same
    }

    fn aim_call(&mut self, function: &str, arguments: &[Promql], goals: &Goals) {
        for argument in arguments {
            match argument {
                Promql::Selector(selector) if selector.range.is_some() => {
                    self.aim_range(function, selector, goals);
                }
                _ => match function {
                    "absent" => argument.selectors(&mut |selector| self.absent(selector)),
                    "time" | "scalar" | "vector" => self.aim(argument, &Goals::any()),
                    _ => self.aim(argument, goals),
                },
            }
        }
    }

    fn aim_range(&mut self, function: &str, selector: &Selector, goals: &Goals) {
        let range = selector
            .range
            .map_or(1.0, |range| range.millis as f64 / 1000.0);
        let per_second = match function {
            "rate" | "irate" | "deriv" => 1.0,
            "increase" | "delta" => range,
            "idelta" => self.steps.interval.as_secs_f64(),
            "absent_over_time" => return self.absent(selector),
            _ => return self.constant(selector, goals),
        };
        let only_grows = matches!(function, "rate" | "irate" | "increase");
        let interval = self.steps.interval.as_secs_f64();
        let near = goals.exact.or(goals.fine.first().copied()).unwrap_or(0.0);
        let Some(input) = self.input(selector) else {
            return;
        };
        let bounds = input.bounds();
        if !bounds.is_empty() {
            // the nearest buckets first
            let mut buckets: Vec<_> = (0..=bounds.len()).collect();
            let distance = |bucket: usize| {
                let bound = bounds.get(bucket).copied().unwrap_or(f64::MAX);
                (bound - near).abs()
            };
            buckets.sort_by(|a, b| distance(*a).total_cmp(&distance(*b)));
            buckets
                .into_iter()
                .for_each(|bucket| input.offer(Level::Bucket(bucket)));
            return;
        }
        if goals.exact == Some(0.0) {
            // what counts counts in whole numbers
            input.offer(Level::Slope(1.0 / interval));
        }
        for goal in goals.fine.iter().chain(&goals.whole) {
            let step = goal / per_second * interval;
            let is_near = (step.round() - step).abs() <= step.abs() * 0.08;
            let step = if is_near { step.round() } else { step };
            if !only_grows || step >= 0.0 {
                input.offer(Level::Slope(tidy(step / interval)));
            }
        }
    }

    fn constant(&mut self, selector: &Selector, goals: &Goals) {
        if let Some(input) = self.input(selector) {
            for value in goals.exact.iter().chain(&goals.whole) {
                input.offer(Level::Constant(*value));
            }
        }
    }

    fn absent(&mut self, selector: &Selector) {
        if let Some(input) = self.input(selector) {
            input.offer(Level::Absent);
            input.offer(Level::Constant(1.0));
        }
    }

    /// The input of a selector: one for all that choose the same.
    fn input(&mut self, selector: &Selector) -> Option<&mut Input> {
        let Some(new) = self.scraped.input(selector, self.own) else {
            self.unknown = true;
            return None;
        };
        let same = |old: &Input| old.name == new.name && old.matchers == new.matchers;
        let place = self.inputs.iter().position(same).unwrap_or_else(|| {
            self.inputs.push(new);
            self.inputs.len() - 1
        });
        self.inputs.get_mut(place)
    }

    /// What it is, where no series is read.
    fn number(&self, expression: &Promql) -> Option<f64> {
        let mut reads = false;
        expression.selectors(&mut |_| reads = true);
        let interval = u64::try_from(self.steps.interval.as_millis()).ok()?;
        let last = u64::try_from(self.steps.last).ok()?;
        let at = At {
            data: Data {
                series: &[],
                interval,
                edge: Edge::In,
            },
            own: "",
            millis: i64::try_from(interval.saturating_mul(last)).ok()?,
        };
        match at.value(expression).filter(|_| !reads)? {
            Value::Scalar(number) => Some(number),
            Value::Vector(vector) => vector.first().map(|sample| sample.value),
        }
    }
}
