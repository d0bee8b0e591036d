extension Part: ParameterChoice {}
