"""The fit of LIME's regression on perturbed images that it was not fitted to, by scikit-learn."""

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score


def held_out(data, labels, kernel, alpha=1.0, folds=5):
    """R2 of all samples, sample i predicted from those whose number differs from i modulo `folds`."""
    predicted = np.empty(len(labels))
    for fold in range(folds):
        held = np.arange(len(labels)) % folds == fold
        ridge = Ridge(alpha=alpha).fit(data[~held], labels[~held], sample_weight=kernel[~held])
        predicted[held] = ridge.predict(data[held])
    return r2_score(labels, predicted, sample_weight=kernel)
