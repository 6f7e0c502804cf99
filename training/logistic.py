"""What fits of logistic regressions share: tables of features, and weights as the program reads them."""
import csv, gzip
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def read_rows(table, keys):
    """The names of the features of a packed table, which are all columns but `keys`, and its rows."""
    with gzip.open(table, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [name for name in rows[0] if name not in keys], rows


def logistic(penalty):
    """A regression on standardised features; `penalty` is the inverse strength of an L2 penalty."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=penalty, max_iter=5000))


def raw_weights(model):
    """Intercept and weights of a fitted regression for features that are not standardised."""
    scale, regression = model
    weights = regression.coef_[0] / scale.scale_
    return float(regression.intercept_[0] - (weights * scale.mean_).sum()), weights
