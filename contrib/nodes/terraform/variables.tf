variable "region" {
  type = string
}

variable "vpc" {
  description = "The VPC in which all of it is."
  type        = string
}

variable "subnets" {
  description = "One subnet for each node, each in another availability zone."
  type        = list(string)
  validation {
    condition     = length(var.subnets) >= 2
    error_message = "A Multi-AZ database needs subnets in two zones at least."
  }
}

variable "node_class" {
  type    = string
  default = "t3.small"
}

variable "database_class" {
  type    = string
  default = "db.t4g.medium"
}

variable "deb" {
  description = "URL of the server's package, where the nodes can fetch it."
  type        = string
}

variable "sha256" {
  description = "SHA-256 of the package."
  type        = string
}

variable "secret" {
  description = "ARN of a secret with node.tar, base64: see README.md."
  type        = string
}
