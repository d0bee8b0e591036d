#include <linear.h>

// The types of the functions that LinearLibrary.swift looks up: the library is not linked.
typedef __typeof__(set_print_string_function) *set_print_string_function_type;
typedef __typeof__(check_parameter) *check_parameter_type;
typedef __typeof__(train) *train_type;
typedef __typeof__(free_and_destroy_model) *free_and_destroy_model_type;
